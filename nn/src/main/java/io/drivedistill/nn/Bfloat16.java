package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Matrices of frozen weights in bfloat16: half the memory, and products on the processor's bfloat16
 * units. Activations stay float32; a product rounds its input and its result to bfloat16. DJL
 * itself aborts at this type (SPEC-djl 1), so nothing but the methods here may touch such an array.
 */
public final class Bfloat16 {
  private Bfloat16() {}

  /** Whether an array is one of these. */
  public static boolean holds(NDArray array) {
    DataType type = array.getDataType();
    return type == DataType.UNKNOWN || type == DataType.BFLOAT16;
  }

  /** A float32 array rounded to nearest, ties to even. */
  public static NDArray of(NDArray array) {
    return TorchScript.call("narrowed", array);
  }

  /** Back to float32. */
  public static NDArray widened(NDArray array) {
    return TorchScript.call("widened", array);
  }

  /**
   * x·Wᵀ.
   *
   * @param x float32 [..., in]
   * @param weight bfloat16 [out, in]
   * @return float32 [..., out], with a gradient to x
   */
  static NDArray linear(NDArray x, NDArray weight) {
    return TorchScript.call("linear", x, weight);
  }
}
