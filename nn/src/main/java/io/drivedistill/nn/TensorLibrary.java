package io.drivedistill.nn;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** The native library that all tensors live in. */
public final class TensorLibrary {
  private TensorLibrary() {}

  /**
   * Loads the library, multiplies two matrices with it and says what it is.
   *
   * @return name, version and device, for people
   * @throws IllegalStateException if it computes nonsense
   * @throws RuntimeException if it cannot be loaded on this machine
   */
  public static String describe() {
    Engine engine = Engine.getEngine("PyTorch");
    try (NDManager manager = engine.newBaseManager()) {
      NDArray ones = manager.ones(new Shape(3, 3));
      float sum = ones.matMul(ones).sum().getFloat();
      if (sum != 27f) {
        throw new IllegalStateException("The product of matrices of ones sums to " + sum);
      }
      return engine.getEngineName()
          + " "
          + engine.getVersion()
          + " on "
          + manager.getDevice().getDeviceType();
    }
  }
}
