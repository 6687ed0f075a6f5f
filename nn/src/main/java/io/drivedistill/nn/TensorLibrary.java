package io.drivedistill.nn;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.drivedistill.core.Parallel;

/** The native library that all tensors live in. */
public final class TensorLibrary {
  private TensorLibrary() {}

  /**
   * Sets how many threads one operation may use from now on. Sums are split among threads, so equal
   * results need equal numbers.
   *
   * @param threads at least 1
   */
  public static void useThreads(int threads) {
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
  }

  /**
   * How many forward passes may run at once so that every processor has work: one on a graphics
   * card, else the processors divided by the threads of one operation. What a pass computes does
   * not depend on the others; memory grows with their number, so that large models on many
   * processors want more threads per operation instead.
   */
  public static int passesAtOnce() {
    if (Engine.getEngine("PyTorch").defaultDevice().isGpu()) {
      return 1;
    }
    return Math.max(1, Parallel.processors() / JniUtils.getNumThreads());
  }

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
