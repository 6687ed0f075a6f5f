package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/** Cross entropy of yes-or-no scores with probabilities. */
public final class BinaryCrossEntropy {
  private BinaryCrossEntropy() {}

  /** Mean over all elements, see {@link #perElement}. */
  public static NDArray mean(NDArray logits, NDArray targets) {
    return perElement(logits, targets).mean();
  }

  /**
   * softplus(x) − x·t, which neither overflows nor has a kink at zero, where a new head starts.
   *
   * @param logits any shape
   * @param targets probabilities, the same shape
   * @return the same shape
   */
  public static NDArray perElement(NDArray logits, NDArray targets) {
    return logits.getNDArrayInternal().softPlus().sub(logits.mul(targets));
  }
}
