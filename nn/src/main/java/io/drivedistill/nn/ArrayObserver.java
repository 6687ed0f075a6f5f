package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/**
 * Implemented by stand-ins of arrays that record what a network does: operations of this module
 * that are no method of {@code NDArray} arrive here.
 */
public interface ArrayObserver {
  /** What an operation computes. */
  @FunctionalInterface
  interface Computation {
    /** Computes with real arrays only. */
    NDArray of(NDArray... arguments);
  }

  /**
   * Records an operation.
   *
   * @param name of the operation
   * @param computation to be called with real arrays in the place of stand-ins
   * @param arguments at least one of them a stand-in
   * @return a stand-in of the result
   */
  NDArray observe(String name, Computation computation, NDArray... arguments);
}
