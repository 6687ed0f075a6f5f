package io.drivedistill.student.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Inference;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UnicycleTest {
  private static final int POSES = 8;
  private final Unicycle unicycle = new Unicycle(POSES, 0.5);

  @Test
  void drivesStraightAndInCircles() {
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] controls = new float[2 * 2 * POSES];
      for (int i = 0; i < POSES; i++) {
        controls[i] = -2;
        controls[3 * POSES + i] = 1;
      }
      NDArray poses =
          Inference.run(
              () ->
                  unicycle.drive(
                      Constants.of(manager, controls, 1, 2, 2 * POSES),
                      Constants.of(manager, new float[] {6}, 1, 1)));
      float[] values = poses.toFloatArray();
      // 6 m/s slowed by 3 m/s² stands after 2 s and 6 m, and stays there.
      assertThat(values[3 * 3]).isCloseTo(6, within(1e-4f));
      assertThat(values[7 * 3]).isCloseTo(6, within(1e-4f));
      // A circle of 20 m radius: 24 m are 1.2 rad.
      int last = (POSES + 7) * 3;
      assertThat(values[last + 2]).isCloseTo(1.2f, within(1e-4f));
      assertThat(values[last]).isCloseTo((float) (20 * Math.sin(1.2)), within(0.03f));
      assertThat(values[last + 1]).isCloseTo((float) (20 * (1 - Math.cos(1.2))), within(0.03f));
    }
  }

  @Test
  void findsTheControlsOfWhatItDrove() {
    long seed = System.nanoTime();
    System.out.println("random controls: seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] controls = new float[2 * POSES];
      float acceleration = 0;
      float curvature = 0;
      for (int i = 0; i < POSES; i++) {
        acceleration += (float) (random.nextDouble() - 0.5);
        curvature += (float) (random.nextDouble() - 0.5);
        controls[i] = acceleration;
        controls[POSES + i] = curvature;
      }
      double furthest =
          Inference.run(
              () -> {
                NDArray speed = Constants.of(manager, new float[] {12}, 1, 1);
                NDArray driven =
                    unicycle.drive(Constants.of(manager, controls, 1, 1, 2 * POSES), speed);
                NDArray found = unicycle.controls(driven.squeeze(1), speed).expandDims(1);
                NDArray again = unicycle.drive(found, speed);
                return (double) again.sub(driven).abs().max().getFloat();
              });
      assertThat(furthest).isLessThan(0.15);
    }
  }
}
