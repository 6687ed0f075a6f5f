package io.drivedistill.core;

import java.util.Locale;

/**
 * The progress of one task. Made by a {@link Display}; closed by who opened it. Not for use by
 * several threads unless the display says so.
 */
public interface Progress extends AutoCloseable {
  /** Adds finished steps. */
  void step(long steps);

  /** Shows a short text beside the bar, such as the current loss. */
  void note(String text);

  /** Ends the display; a task that is not complete is shown as stopped. */
  @Override
  void close();

  /** A time for people: "8 s", "3 min 05 s" or "2 h 10 min". */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60);
  }

  /** Where progress is shown. */
  @FunctionalInterface
  interface Display {
    /**
     * Starts a task.
     *
     * @param task what is being done, two or three words
     * @param steps number of steps in all
     */
    Progress open(String task, long steps);
  }

  /**
   * Shows progress on standard error: a bar with rate and remaining time on a terminal, else one
   * line every ten seconds or ten per cent. The bars may be stepped by several threads.
   *
   * @param terminal whether standard error is a terminal
   */
  static Display console(boolean terminal) {
    return terminal ? TerminalProgress::new : LineProgress::onStandardError;
  }

  /** Shows nothing. */
  static Display silent() {
    return (task, steps) -> SilentProgress.INSTANCE;
  }
}
