package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/**
 * An operation that DJL lacks, computed outside {@code NDArray}'s own methods. Where an argument
 * stands in for an array to record what a network does (the exporter's tracer), the stand-in is
 * told name and arguments, so that the operation stays one operation.
 */
final class OwnOperation {
  private OwnOperation() {}

  /**
   * Runs an operation.
   *
   * @param name by which exporters know it
   * @param computation on real arrays
   */
  static NDArray run(String name, ArrayObserver.Computation computation, NDArray... arguments) {
    for (NDArray argument : arguments) {
      if (argument instanceof ArrayObserver observer) {
        return observer.observe(name, computation, arguments);
      }
    }
    return computation.of(arguments);
  }
}
