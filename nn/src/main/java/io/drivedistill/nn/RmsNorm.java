package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;

/** x / √(mean(x²) + ε) · weight over the last axis. Parameter {@code weight [C]}. */
public final class RmsNorm extends Layer {
  private final Parameter weight;
  private final float epsilon;

  public RmsNorm(int channels, double epsilon) {
    this.epsilon = (float) epsilon;
    weight = parameter("weight", Initialization.ones(), channels);
  }

  /** [..., C] to the same. */
  @Override
  public NDArray forward(Pass pass, NDArray x) {
    NDArray meanSquare = x.square().mean(new int[] {-1}, true);
    return x.div(meanSquare.add(epsilon).sqrt()).mul(pass.value(weight));
  }
}
