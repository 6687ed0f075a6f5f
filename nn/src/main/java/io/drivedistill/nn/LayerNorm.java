package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/** Layer normalisation over the last axis. Parameters {@code weight}, {@code bias}, [C]. */
public final class LayerNorm extends Layer {
  private final Parameter weight;
  private final Parameter bias;
  private final Shape normalized;
  private final float epsilon;

  /** Epsilon 1e-5, PyTorch's default. */
  public LayerNorm(int channels) {
    this(channels, 1e-5);
  }

  public LayerNorm(int channels, double epsilon) {
    this.normalized = new Shape(channels);
    this.epsilon = (float) epsilon;
    weight = parameter("weight", Initialization.ones(), channels);
    bias = parameter("bias", Initialization.zeros(), channels);
  }

  /** [..., C] to the same. */
  @Override
  public NDArray forward(Pass pass, NDArray x) {
    return ai.djl.nn.norm.LayerNorm.layerNorm(
            x, normalized, pass.value(weight), pass.value(bias), epsilon)
        .singletonOrThrow();
  }
}
