package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;

/** y = x·Wᵀ + b over the last axis. Parameters {@code weight [out, in]}, {@code bias [out]}. */
public final class Linear extends Layer {
  private final Parameter weight;
  private final Parameter bias;

  public Linear(int in, int out) {
    this(in, out, true);
  }

  public Linear(int in, int out, boolean withBias) {
    this(
        in,
        out,
        withBias,
        new Initialization.FanIn(1),
        new Initialization.Uniform(1 / (float) Math.sqrt(in)));
  }

  private Linear(
      int in, int out, boolean withBias, Initialization forWeight, Initialization forBias) {
    weight = parameter("weight", forWeight, out, in);
    bias = withBias ? parameter("bias", forBias, out) : null;
  }

  /** A layer that starts as the zero map, so that what it feeds starts unchanged. */
  public static Linear zero(int in, int out) {
    return new Linear(in, out, true, Initialization.zeros(), Initialization.zeros());
  }

  /** A layer with PyTorch's default weights and zero bias. */
  public static Linear zeroBias(int in, int out) {
    return new Linear(in, out, true, new Initialization.FanIn(1), Initialization.zeros());
  }

  /** A layer with normally drawn weights and zero bias, as GPT blocks start. */
  public static Linear normal(int in, int out, double standardDeviation) {
    return new Linear(
        in,
        out,
        true,
        new Initialization.Normal((float) standardDeviation),
        Initialization.zeros());
  }

  /** [..., in] to [..., out]. */
  @Override
  public NDArray forward(Pass pass, NDArray x) {
    return ai.djl.nn.core.Linear.linear(x, pass.value(weight), pass.value(bias)).singletonOrThrow();
  }

  /** The whole matrix [out, in]. */
  public NDArray weight(Pass pass) {
    return pass.value(weight);
  }
}
