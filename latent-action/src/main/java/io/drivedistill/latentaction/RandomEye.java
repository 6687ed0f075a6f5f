package io.drivedistill.latentaction;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.dinov2.Dinov2;
import java.util.SplittableRandom;

/** Random weights for a network of DINOv2's architecture. */
final class RandomEye {
  private static final int WAVES = 4;

  private RandomEye() {}

  static void fill(Dinov2 network, NDManager manager, long seed) {
    network.initialize(manager, seed);
    Parameter projection = Weights.of(network).get("patch_embed.proj.weight");
    long[] shape = projection.getShape().getShape();
    float[] values = smoothFilters((int) shape[0], (int) shape[2], new SplittableRandom(seed));
    Weights.set(projection, Constants.of(manager, values, shape));
  }

  /**
   * Filters made of random mixtures of the lowest cosine waves of a patch in each colour. White
   * noise filters would answer mostly to fine texture, which no model can predict a second ahead.
   */
  static float[] smoothFilters(int filters, int side, SplittableRandom random) {
    float[] values = new float[filters * 3 * side * side];
    int at = 0;
    for (int filter = 0; filter < filters; filter++) {
      for (int channel = 0; channel < 3; channel++) {
        double[] amplitudes = new double[WAVES * WAVES];
        for (int i = 0; i < amplitudes.length; i++) {
          int order = i / WAVES + i % WAVES;
          amplitudes[i] = random.nextGaussian() / (1 + order);
        }
        for (int y = 0; y < side; y++) {
          for (int x = 0; x < side; x++) {
            double sum = 0;
            for (int i = 0; i < amplitudes.length; i++) {
              sum += amplitudes[i] * wave(i / WAVES, y, side) * wave(i % WAVES, x, side);
            }
            values[at++] = (float) (sum / side);
          }
        }
      }
    }
    return values;
  }

  private static double wave(int order, int at, int side) {
    return Math.cos(Math.PI * order * (at + 0.5) / side);
  }
}
