package io.drivedistill.nn;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Work that builds no autograd graph. PyTorch's gradient mode belongs to the thread and is on in
 * every new one (SPEC-djl 4): whoever runs a network outside a training step does it in here, or
 * graphs pile up in memory. Calls may nest.
 *
 * <pre>{@code
 * float[] scores = Inference.run(() -> network.forward(pass, x).toFloatArray());
 * }</pre>
 */
public final class Inference {
  private Inference() {}

  /** Runs {@code body} on this thread without gradients, then restores the mode. */
  public static <T> T run(Supplier<T> body) {
    Engine.getEngine("PyTorch");
    // A new thread takes over TensorLibrary.useThreads only when it asks for the number.
    JniUtils.getNumThreads();
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return body.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /** Runs {@code body} on this thread without gradients, then restores the mode. */
  public static void run(Runnable body) {
    run(
        () -> {
          body.run();
          return null;
        });
  }
}
