package io.drivedistill.nn;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Parallel;
import java.util.Optional;

/** The native library that all tensors live in. */
public final class TensorLibrary {
  private TensorLibrary() {}

  /**
   * A manager of memory on the device that computes: the first graphics card where the user's own
   * libtorch has one, else the processors. Whoever begins to compute gets it here.
   *
   * @throws DriveDistillException if the libraries cannot be loaded, or a graphics card is asked
   *     for and absent
   */
  public static NDManager newManager() {
    return engine().newBaseManager();
  }

  private static Engine engine() {
    Optional<OwnTorch> own = OwnTorch.of(System.getenv());
    Engine engine = load();
    if (own.isPresent() && own.get().isForGpu() && engine.getGpuCount() == 0) {
      throw new DriveDistillException(
          "Expected a graphics card for the libtorch in " + own.get().folder() + ", found none",
          "Maybe nvidia-smi shows none either, or CUDA_VISIBLE_DEVICES hides it; without"
              + " PYTORCH_LIBRARY_PATH and PYTORCH_FLAVOR the processors compute.");
    }
    return engine;
  }

  private static Engine load() {
    try {
      return Engine.getEngine("PyTorch");
    } catch (EngineException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new DriveDistillException(
          "PyTorch's libraries could not be loaded: " + root.getMessage(),
          "Maybe a library that is named here is in no folder of LD_LIBRARY_PATH.",
          e);
    }
  }

  /**
   * Sets how many threads one operation may use from now on. Sums are split among threads, so equal
   * results need equal numbers.
   *
   * @param threads at least 1
   */
  public static void useThreads(int threads) {
    engine();
    JniUtils.setNumThreads(threads);
  }

  /**
   * How many forward passes may run at once so that every processor has work: one on a graphics
   * card, else the processors divided by the threads of one operation. What a pass computes does
   * not depend on the others; memory grows with their number, so that large models on many
   * processors want more threads per operation instead.
   */
  public static int passesAtOnce() {
    if (engine().defaultDevice().isGpu()) {
      return 1;
    }
    return Math.max(1, Parallel.processors() / JniUtils.getNumThreads());
  }

  /**
   * Loads the library, multiplies two matrices with it and says what it is.
   *
   * @return name, version and device, for people
   * @throws IllegalStateException if it computes nonsense
   * @throws DriveDistillException if it cannot be loaded on this machine
   */
  public static String describe() {
    Engine engine = engine();
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
