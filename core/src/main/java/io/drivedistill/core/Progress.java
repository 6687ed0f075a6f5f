package io.drivedistill.core;

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
