package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/** Dropout that is the identity outside training. */
public final class Dropout extends Layer {
  private final float rate;

  public Dropout(double rate) {
    this.rate = (float) rate;
  }

  @Override
  public NDArray forward(Pass pass, NDArray x) {
    return pass.training() && rate > 0
        ? ai.djl.nn.norm.Dropout.dropout(x, rate, true).singletonOrThrow()
        : x;
  }
}
