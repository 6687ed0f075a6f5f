package io.drivedistill.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Work on the items of a list by several threads, which have all ended when a method returns. */
public final class Parallel {
  private Parallel() {}

  /** Work on one item. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it. */
    void on(T item) throws IOException;
  }

  /** What one item becomes. */
  @FunctionalInterface
  public interface Making<T, R> {
    /** Makes it. */
    R of(T item) throws IOException;
  }

  /** One thread per processor. */
  public static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Parts of a list, of {@code size} items but for the last. */
  public static <T> List<List<T>> batches(List<T> items, int size) {
    List<List<T>> batches = new ArrayList<>();
    for (int first = 0; first < items.size(); first += size) {
      batches.add(items.subList(first, Math.min(first + size, items.size())));
    }
    return batches;
  }

  /** Works on all items; the first failure ends the rest and is thrown as it came. */
  public static <T> void forEach(int threads, List<T> items, Work<T> work) {
    map(
        threads,
        items,
        item -> {
          work.on(item);
          return null;
        });
  }

  /**
   * Makes something of every item; the first failure ends the rest and is thrown as it came.
   *
   * @return in the order of the items, whatever the number of threads
   */
  public static <T, R> List<R> map(int threads, List<T> items, Making<T, R> making) {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      List<Future<R>> running = new ArrayList<>(items.size());
      for (T item : items) {
        running.add(workers.submit(() -> making.of(item)));
      }
      List<R> made = new ArrayList<>(items.size());
      for (Future<R> one : running) {
        made.add(one.get());
      }
      return made;
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DriveDistillException(
          "The run was interrupted", "Maybe start it again: it continues where it stopped.", e);
    } finally {
      workers.shutdownNow();
      awaitEnd(workers);
    }
  }

  /** The caller may close what the work uses as soon as this method has returned. */
  private static void awaitEnd(ExecutorService workers) {
    boolean interrupted = false;
    while (!workers.isTerminated()) {
      try {
        workers.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static RuntimeException unchecked(Throwable cause) {
    if (cause instanceof IOException io) {
      return new UncheckedIOException(io);
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }
}
