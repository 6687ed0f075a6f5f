package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Arithmetic with a number that is safe under a gradient collector. DJL's own {@code
 * mul/div/pow/maximum/minimum(Number)} hand autograd a Java buffer that may be collected before the
 * backward pass reads it (SPEC-djl 2.1), which gives silently wrong gradients; these put the number
 * in memory the engine owns.
 */
public final class Scalars {
  private Scalars() {}

  /** x · factor. */
  public static NDArray scale(NDArray x, double factor) {
    try (NDArray number = number(x, factor)) {
      return x.mul(number);
    }
  }

  /** max(x, floor). */
  public static NDArray atLeast(NDArray x, double floor) {
    try (NDArray number = number(x, floor)) {
      return x.maximum(number);
    }
  }

  /** min(x, ceiling). */
  public static NDArray atMost(NDArray x, double ceiling) {
    try (NDArray number = number(x, ceiling)) {
      return x.minimum(number);
    }
  }

  /** 1 − x. */
  public static NDArray oneMinus(NDArray x) {
    return x.neg().add(1f);
  }

  private static NDArray number(NDArray x, double value) {
    return x.getManager().full(new Shape(), (float) value, x.getDataType());
  }
}
