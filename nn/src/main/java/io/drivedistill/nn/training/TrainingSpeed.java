package io.drivedistill.nn.training;

import java.util.Locale;

/**
 * How fast a training went.
 *
 * @param steps that were made
 * @param seconds of wall clock from the first to the last
 * @param waitedShare share of that time spent waiting for batches, 0 to 1
 */
public record TrainingSpeed(long steps, double seconds, double waitedShare) {
  /** One line for people. */
  public String line(String what) {
    return String.format(
        Locale.ROOT,
        "%s: %d steps in %.1f s, %.1f %% of it waiting for scenes",
        what,
        steps,
        seconds,
        100 * waitedShare);
  }
}
