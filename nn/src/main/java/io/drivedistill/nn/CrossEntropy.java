package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Cross entropy of class scores with class numbers. The class axis of the scores is axis 1. */
public final class CrossEntropy {
  /** Label of an element that does not count, PyTorch's default. */
  public static final int IGNORED = -100;

  private CrossEntropy() {}

  /**
   * Mean over all elements.
   *
   * @param logits [N, C, ...]
   * @param labels int64 [N, ...], each in 0..C-1; must stay open until the backward pass
   */
  public static NDArray mean(NDArray logits, NDArray labels) {
    return perElement(logits, labels).mean();
  }

  /**
   * Mean over the elements whose label is not {@link #IGNORED}; zero where all are ignored.
   *
   * @param logits [N, C, ...]
   * @param labels int64 [N, ...]
   */
  public static NDArray meanOfLabelled(NDArray logits, NDArray labels) {
    NDArray counts = labels.neq(IGNORED);
    NDArray safeLabels = labels.mul(counts.toType(DataType.INT64, false));
    NDArray weights = counts.toType(logits.getDataType(), false);
    NDArray sum = perElement(logits, safeLabels).mul(weights).sum();
    return sum.div(Scalars.atLeast(weights.sum(), 1));
  }

  /**
   * Without reduction.
   *
   * @param logits [N, C, ...]
   * @param labels int64 [N, ...]
   * @return [N, ...]
   */
  public static NDArray perElement(NDArray logits, NDArray labels) {
    return logits.logSoftmax(1).gather(labels.expandDims(1), 1).squeeze(1).neg();
  }
}
