package io.drivedistill.nn;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The one way to record and go back. DJL's own collector is one for the whole process (SPEC-djl 4);
 * the engine below keeps a graph per thread, so that several threads may train at once. What they
 * do share is the engine's random generator: whoever draws from it takes turns.
 */
public final class Backpropagation {
  private static final ReentrantLock GENERATOR = new ReentrantLock();
  private static final ThreadLocal<Boolean> OPEN = ThreadLocal.withInitial(() -> false);

  private Backpropagation() {}

  /**
   * Runs {@code body} with a collector while no other thread is in such a body, so that {@code
   * body} may set the engine's random seed and draw.
   *
   * @throws IllegalStateException if this thread is within a body already
   */
  public static <T> T run(Function<GradientCollector, T> body) {
    GENERATOR.lock();
    try {
      return withoutDraws(body);
    } finally {
      GENERATOR.unlock();
    }
  }

  /**
   * Runs {@code body}, which must not draw random numbers from the engine, with a collector, beside
   * what other threads do.
   *
   * @throws IllegalStateException if this thread is within a body already
   */
  public static <T> T withoutDraws(Function<GradientCollector, T> body) {
    if (OPEN.get()) {
      throw new IllegalStateException(
          "A backward pass within a backward pass: sum the losses and go back once");
    }
    Engine.getEngine("PyTorch");
    OPEN.set(true);
    try (Recording recording = new Recording()) {
      return body.apply(recording);
    } finally {
      OPEN.remove();
    }
  }

  /** Records on this thread until it is closed. */
  private static final class Recording implements GradientCollector {
    private final boolean recordedBefore = JniUtils.isGradMode();

    Recording() {
      JniUtils.setGradMode(true);
    }

    @Override
    public void backward(NDArray target) {
      try (NDArray ones = target.onesLike()) {
        JniUtils.backward((PtNDArray) target, (PtNDArray) ones, false, false);
      }
    }

    @Override
    public void zeroGradients() {
      throw new UnsupportedOperationException("Every step has leaves of its own");
    }

    @Override
    public void close() {
      JniUtils.setGradMode(recordedBefore);
    }
  }
}
