package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/** Square 2-D convolution. Parameters {@code weight [out, in, k, k]}, {@code bias [out]}. */
public final class Conv2d extends Layer {
  private final Parameter weight;
  private final Parameter bias;
  private final Shape stride;
  private final Shape padding;

  public Conv2d(int in, int out, int kernel, int stride, int padding, boolean withBias) {
    this.stride = new Shape(stride, stride);
    this.padding = new Shape(padding, padding);
    weight = parameter("weight", new Initialization.FanIn(1), out, in, kernel, kernel);
    bias =
        withBias
            ? parameter(
                "bias",
                new Initialization.Uniform(1 / (float) Math.sqrt(in * kernel * kernel)),
                out)
            : null;
  }

  /** [B, in, H, W] to [B, out, H', W']. */
  @Override
  public NDArray forward(Pass pass, NDArray x) {
    return ai.djl.nn.convolutional.Conv2d.conv2d(
            x, pass.value(weight), pass.value(bias), stride, padding, new Shape(1, 1), 1)
        .singletonOrThrow();
  }
}
