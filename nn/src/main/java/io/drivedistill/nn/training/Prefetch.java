package io.drivedistill.nn.training;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Inference;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Reads batches ahead on one background thread, in the order of the steps, as many as fit the
 * queue. {@link #take} is for one thread.
 */
final class Prefetch<T> implements AutoCloseable {
  private static final int AHEAD = 3;
  private static final long POLL_MS = 50;

  private record Entry<T>(StepBatch<T> batch, Throwable failure) {}

  private final BlockingQueue<Entry<T>> queue = new ArrayBlockingQueue<>(AHEAD);
  private final Thread reader;
  private volatile boolean closed;

  Prefetch(BatchSource<T> source, SampleOrder order, long seed, long firstStep, long endStep) {
    reader =
        new Thread(
            () -> Inference.run(() -> read(source, order, seed, firstStep, endStep)),
            "drivedistill-batches");
    reader.setDaemon(true);
    reader.start();
  }

  private void read(
      BatchSource<T> source, SampleOrder order, long seed, long firstStep, long endStep) {
    try {
      for (long step = firstStep; step < endStep && !closed; step++) {
        int[] samples = order.at(step);
        long stepSeed = StepSeed.of(seed, step);
        Entry<T> entry;
        try {
          T input = source.read(step, samples, stepSeed);
          entry = new Entry<>(new StepBatch<>(null, step, samples, stepSeed, input), null);
        } catch (IOException | RuntimeException | Error e) {
          entry = new Entry<>(null, e);
        }
        while (!closed && !queue.offer(entry, POLL_MS, TimeUnit.MILLISECONDS)) {
          // Full: wait until the training takes one or is over.
        }
        if (entry.failure != null) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The batch of the next step; waits for it.
   *
   * @throws DriveDistillException if it could not be read
   */
  StepBatch<T> take(long step, NDManager manager) {
    Entry<T> entry;
    try {
      entry = queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DriveDistillException(
          "Interrupted while waiting for the batch of step " + step,
          "Maybe the run was cancelled; start it again, it continues at its last checkpoint.",
          e);
    }
    if (entry.failure instanceof RuntimeException e) {
      throw e;
    }
    if (entry.failure instanceof Error e) {
      throw e;
    }
    if (entry.failure != null) {
      throw new DriveDistillException(
          "Could not read the batch of step " + step + ": " + entry.failure.getMessage(),
          "Maybe a file of the data set is missing or damaged; the message names it.",
          entry.failure);
    }
    StepBatch<T> batch = entry.batch;
    return new StepBatch<>(
        manager, batch.step(), batch.sampleIndices(), batch.seed(), batch.input());
  }

  @Override
  public void close() {
    // No interrupt: it would close file channels that the source shares with others.
    closed = true;
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
