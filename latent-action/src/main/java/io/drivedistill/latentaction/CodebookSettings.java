package io.drivedistill.latentaction;

/**
 * How the codes of a codebook are placed, moved and kept alive. UniVLA's way is {@link #published}.
 *
 * @param start where codes lie at first
 * @param update what moves them
 * @param restartEverySteps steps between restarts of dead codes, 0 for never; published: once per
 *     epoch
 * @param restartFrom where a dead code begins anew
 */
public record CodebookSettings(
    Start start, Update update, int restartEverySteps, RestartFrom restartFrom) {

  /** Where codes lie at first. */
  public enum Start {
    /** Uniform in ±1/codes (published). */
    UNIFORM,
    /** On embeddings of the first batch. */
    EMBEDDINGS,
    /** On the centres of k-means over the embeddings of the first batch. */
    K_MEANS
  }

  /** What moves the codes. */
  public enum Update {
    /** The gradient of the codebook loss (published). */
    GRADIENT,
    /**
     * Each code moves towards the mean of the embeddings that took it, by one hundredth per step:
     * the exponential moving average of van den Oord et al. (arXiv 1711.00937, appendix A.1) with
     * the counts of the step in place of their average, so that nothing but the codes is
     * remembered. The codebook has no gradient then.
     */
    MOVING_AVERAGE
  }

  /** Where a dead code begins anew. */
  public enum RestartFrom {
    /** On a row of the codebook, which may be dead itself (published, SPEC-lam A4). */
    CODEBOOK,
    /** On an embedding of the last batch (Jukebox, arXiv 2005.00341, 3.1). */
    EMBEDDINGS
  }

  /** Checks the number. */
  public CodebookSettings {
    if (restartEverySteps < 0) {
      throw new IllegalArgumentException(
          "restartEverySteps must be 0 or more, found " + restartEverySteps);
    }
  }

  /** UniVLA's way, without the restart, which its endless epochs hardly ever reach. */
  public static CodebookSettings published() {
    return new CodebookSettings(Start.UNIFORM, Update.GRADIENT, 0, RestartFrom.CODEBOOK);
  }
}
