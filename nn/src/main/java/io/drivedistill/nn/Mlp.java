package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/** Linear, ReLU, Linear; children {@code 0} and {@code 2}, as in PyTorch's {@code Sequential}. */
public final class Mlp extends Layer {
  private final Linear up;
  private final Linear down;

  public Mlp(int in, int hidden, int out) {
    up = child("0", new Linear(in, hidden));
    down = child("2", new Linear(hidden, out));
  }

  /** [..., in] to [..., out]. */
  @Override
  public NDArray forward(Pass pass, NDArray x) {
    return down.forward(pass, Nonlinearity.RELU.of(up.forward(pass, x)));
  }
}
