package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;

/**
 * y = x·Wᵀ + b over the last axis. Parameters {@code weight [out, in]}, {@code bias [out]}; after
 * {@link #adapt} also {@code lora_A.weight [r, in]} and {@code lora_B.weight [out, r]}.
 */
public final class Linear extends Layer {
  private final Parameter weight;
  private final Parameter bias;
  private Parameter lowRankDown;
  private Parameter lowRankUp;
  private double lowRankScale;

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

  /** A layer with Xavier's uniform weights, ±√(6/(in+out)), and zero bias. */
  public static Linear xavier(int in, int out) {
    return new Linear(
        in,
        out,
        true,
        new Initialization.Uniform((float) Math.sqrt(6.0 / (in + out))),
        Initialization.zeros());
  }

  /** A layer that starts as a constant: zero weights and the given bias. */
  public static Linear constant(int in, float[] bias) {
    return new Linear(
        in, bias.length, true, Initialization.zeros(), new Initialization.Given(bias.clone()));
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

  /**
   * Adds scale·B·A·x to the output, A drawn as peft draws it and B zero, so that nothing changes at
   * first (LoRA). To be called before {@link #initialize}, or again after it for the new
   * parameters.
   *
   * @throws IllegalStateException if the layer is adapted already
   */
  public void adapt(int rank, double scale) {
    if (lowRankDown != null) {
      throw new IllegalStateException("The layer has an adapter already");
    }
    long in = weight.getShape().get(1);
    long out = weight.getShape().get(0);
    lowRankDown = parameter("lora_A.weight", new Initialization.FanIn(1), rank, in);
    lowRankUp = parameter("lora_B.weight", Initialization.zeros(), out, rank);
    lowRankScale = scale;
  }

  /** [..., in] to [..., out]. */
  @Override
  public NDArray forward(Pass pass, NDArray x) {
    NDArray y = product(x, pass.value(weight), pass.value(bias));
    if (lowRankDown == null) {
      return y;
    }
    NDArray narrow = product(x, pass.value(lowRankDown), null);
    return y.add(Scalars.scale(product(narrow, pass.value(lowRankUp), null), lowRankScale));
  }

  /**
   * x·Wᵀ + b.
   *
   * @param x float32 [..., in]
   * @param matrix [out, in], float32 or {@link Bfloat16}
   * @param offset float32 [out], or null
   */
  public static NDArray product(NDArray x, NDArray matrix, NDArray offset) {
    if (Bfloat16.holds(matrix)) {
      NDArray y = Bfloat16.linear(x, matrix);
      return offset == null ? y : y.add(offset);
    }
    return ai.djl.nn.core.Linear.linear(x, matrix, offset).singletonOrThrow();
  }

  /** The whole matrix [out, in], without an adapter's share. */
  public NDArray weight(Pass pass) {
    return pass.value(weight);
  }
}
