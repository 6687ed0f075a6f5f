package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Arrays from Java values in memory that the engine owns. {@code NDManager.create} only borrows a
 * Java buffer, which autograd may read after it was collected (SPEC-djl 2.1); a copy is safe.
 */
public final class Constants {
  private Constants() {}

  /** A float32 array. */
  public static NDArray of(NDManager manager, float[] values, long... shape) {
    try (NDArray borrowed = manager.create(values, new Shape(shape))) {
      return borrowed.duplicate();
    }
  }

  /** An int64 array, as indices are. */
  public static NDArray of(NDManager manager, long[] values, long... shape) {
    try (NDArray borrowed = manager.create(values, new Shape(shape))) {
      return borrowed.duplicate();
    }
  }
}
