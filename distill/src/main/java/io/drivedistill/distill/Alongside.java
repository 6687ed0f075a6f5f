package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.TensorLibrary;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Work that waits for nobody. Where processors would be idle it is done in a thread of its own from
 * the beginning, else when its result is asked for. Closing interrupts work that nobody waits for
 * any more and returns when it has ended.
 */
final class Alongside<T> implements AutoCloseable {
  private final FutureTask<T> task;
  private final Thread thread;

  Alongside(String name, Supplier<T> work) {
    task = new FutureTask<>(work::get);
    thread = new Thread(task, name);
    if (TensorLibrary.passesAtOnce() > 1) {
      thread.start();
    }
  }

  /** The result; failures are thrown as they came. */
  T get() {
    if (thread.getState() == Thread.State.NEW) {
      task.run();
    }
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DriveDistillException(
          "The run was interrupted", "Maybe start it again: it continues where it stopped.", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
