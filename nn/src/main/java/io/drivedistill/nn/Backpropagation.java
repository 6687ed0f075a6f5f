package io.drivedistill.nn;

import ai.djl.engine.Engine;
import ai.djl.training.GradientCollector;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The one way to open a gradient collector. The engine has room for a single one in the whole
 * process (SPEC-djl 4), so trainings in several threads take turns here, step by step.
 */
public final class Backpropagation {
  private static final ReentrantLock TURN = new ReentrantLock();

  private Backpropagation() {}

  /**
   * Runs {@code body} with a collector; waits while another thread has one. The engine's random
   * seed is process-wide too, so {@code body} sets it itself where its draws must be repeatable.
   *
   * @throws IllegalStateException if this thread is within such a body already
   */
  public static <T> T run(Function<GradientCollector, T> body) {
    if (TURN.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "A backward pass within a backward pass: sum the losses and go back once");
    }
    TURN.lock();
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      return body.apply(collector);
    } finally {
      TURN.unlock();
    }
  }
}
