package io.drivedistill.export;

import ai.onnxruntime.OrtException;
import io.drivedistill.core.DriveDistillException;

/**
 * Runs native code of ONNX Runtime that recurses deeper than the stack of an ordinary Java thread
 * allows, which would end the process without a word: making the environment (measured with 1.29: a
 * command line of some 4000 characters is enough) and loading a model with many nodes.
 */
final class DeepStack {
  /** Address space, of which only what is used takes memory. */
  private static final long STACK_BYTES = 512L << 20;

  private DeepStack() {}

  /** Native work. */
  interface Call<T> {
    T run() throws OrtException;
  }

  /** Calls on a thread of its own and waits for it. */
  static <T> T call(Call<T> work) throws OrtException {
    Outcome<T> outcome = new Outcome<>(work);
    Thread thread = new Thread(null, outcome, "onnx-runtime", STACK_BYTES);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DriveDistillException(
          "ONNX Runtime was interrupted", "Maybe start the command again.", e);
    }
    return outcome.get();
  }

  private static final class Outcome<T> implements Runnable {
    private final Call<T> work;
    private T result;
    private Throwable failure;

    Outcome(Call<T> work) {
      this.work = work;
    }

    @Override
    public void run() {
      try {
        result = work.run();
      } catch (OrtException | RuntimeException | Error e) {
        failure = e;
      }
    }

    T get() throws OrtException {
      if (failure instanceof OrtException e) {
        throw e;
      }
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      return result;
    }
  }
}
