package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/** Mean of squared differences. */
public final class MeanSquaredError {
  private MeanSquaredError() {}

  /** Over all elements of two arrays of the same shape. */
  public static NDArray of(NDArray x, NDArray target) {
    return x.sub(target).square().mean();
  }

  /**
   * Over the elements with weight.
   *
   * @param weights not negative, broadcastable to x from the right
   * @return Σ w·(x − target)² / Σ w, w broadcast; zero where all weights are
   */
  public static NDArray weighted(NDArray x, NDArray target, NDArray weights) {
    NDArray broadcast = weights.broadcast(x.getShape());
    NDArray sum = x.sub(target).square().mul(broadcast).sum();
    return sum.div(Scalars.atLeast(broadcast.sum(), 1e-12));
  }
}
