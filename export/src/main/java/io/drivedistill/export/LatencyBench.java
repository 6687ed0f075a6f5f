package io.drivedistill.export;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Measures how long one run takes: the first run, runs back to back after a warm-up, and runs paced
 * at a sensor's rate, where a run that is still busy when the next one is due makes that one late.
 */
public final class LatencyBench {
  private static final double NANOS_PER_MS = 1e6;
  private static final long SPIN_NANOS = 50_000;

  private LatencyBench() {}

  /**
   * How much is run.
   *
   * @param warmUp runs that are not counted
   * @param runs back to back
   * @param pacedRuns at the rate; zero measures none
   * @param rateHz runs due per second
   */
  public record Settings(int warmUp, int runs, int pacedRuns, double rateHz) {
    /** Ten warm-up runs, 100 back to back, 50 at 10 Hz. */
    public static Settings standard() {
      return new Settings(10, 100, 50, 10);
    }
  }

  /** Times in milliseconds, to three significant digits. */
  public record Distribution(
      long runs, double meanMs, double p50Ms, double p90Ms, double p99Ms, double maxMs) {
    private static Distribution of(Histogram nanos) {
      return new Distribution(
          nanos.getTotalCount(),
          nanos.getMean() / NANOS_PER_MS,
          nanos.getValueAtPercentile(50) / NANOS_PER_MS,
          nanos.getValueAtPercentile(90) / NANOS_PER_MS,
          nanos.getValueAtPercentile(99) / NANOS_PER_MS,
          nanos.getMaxValue() / NANOS_PER_MS);
    }
  }

  /**
   * What was measured.
   *
   * @param subject what ran, with its provider
   * @param threads it was given
   * @param loadMs loading the model, zero where there is nothing to load
   * @param coldMs the first run after loading
   * @param backToBack one run after the other
   * @param rateHz of the paced runs
   * @param paced from the moment a run was due to its end
   */
  public record Report(
      String subject,
      int threads,
      double loadMs,
      double coldMs,
      Distribution backToBack,
      double rateHz,
      Distribution paced) {
    /** What ran, where and on how many threads, for people. */
    public String title() {
      return subject + ", " + threads + (threads == 1 ? " thread" : " threads");
    }
  }

  /**
   * Measures.
   *
   * @param subject what runs, for the report
   * @param threads it was given, for the report
   * @param loadMs that loading took before, for the report
   * @param run one run, not run before
   */
  public static Report measure(
      String subject, int threads, double loadMs, Settings settings, Runnable run) {
    double coldMs = timed(run) / NANOS_PER_MS;
    for (int i = 0; i < settings.warmUp(); i++) {
      run.run();
    }
    Histogram backToBack = histogram();
    for (int i = 0; i < settings.runs(); i++) {
      backToBack.recordValue(timed(run));
    }
    Histogram paced = histogram();
    long periodNanos = (long) (1e9 / settings.rateHz());
    long start = System.nanoTime();
    for (int i = 0; i < settings.pacedRuns(); i++) {
      long due = start + i * periodNanos;
      waitUntil(due);
      run.run();
      paced.recordValue(System.nanoTime() - due);
    }
    return new Report(
        subject,
        threads,
        loadMs,
        coldMs,
        Distribution.of(backToBack),
        settings.rateHz(),
        Distribution.of(paced));
  }

  private static Histogram histogram() {
    Histogram histogram = new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
    histogram.setAutoResize(true);
    return histogram;
  }

  private static long timed(Runnable run) {
    long start = System.nanoTime();
    run.run();
    return System.nanoTime() - start;
  }

  private static void waitUntil(long due) {
    long left = due - System.nanoTime();
    while (left > 0) {
      if (left > SPIN_NANOS) {
        LockSupport.parkNanos(left - SPIN_NANOS);
      } else {
        Thread.onSpinWait();
      }
      left = due - System.nanoTime();
    }
  }
}
