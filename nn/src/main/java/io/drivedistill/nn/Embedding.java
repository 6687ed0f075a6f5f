package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Parameter;

/** A table of rows. Parameter {@code weight [rows, C]}. */
public final class Embedding extends Layer {
  private final Parameter weight;

  /** Rows drawn from the standard normal distribution, PyTorch's default. */
  public Embedding(int rows, int channels) {
    this(rows, channels, new Initialization.Normal(1));
  }

  public Embedding(int rows, int channels, Initialization how) {
    weight = parameter("weight", how, rows, channels);
  }

  /** Indices int64 [...] to rows [..., C]. */
  @Override
  public NDArray forward(Pass pass, NDArray indices) {
    NDArray rows =
        indices
            .getNDArrayInternal()
            .embedding(indices, pass.value(weight), SparseFormat.DENSE)
            .singletonOrThrow();
    return Bfloat16.holds(rows) ? Bfloat16.widened(rows) : rows;
  }

  /** The whole table [rows, C]. */
  public NDArray table(Pass pass) {
    return pass.value(weight);
  }
}
