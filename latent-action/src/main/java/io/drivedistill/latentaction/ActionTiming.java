package io.drivedistill.latentaction;

/**
 * Which moments the codes of a scene speak of: pairs of frames, one after another.
 *
 * @param pairS seconds between the two frames of a pair; UniVLA takes about one second
 * @param strideS seconds between the beginnings of pairs
 * @param intervals pairs per scene; LatentVLA's twelve codes are three pairs of four tokens
 */
public record ActionTiming(double pairS, double strideS, int intervals) {
  /** Checks the numbers. */
  public ActionTiming {
    if (!(pairS > 0) || !(strideS > 0) || intervals < 1) {
      throw new IllegalArgumentException(
          "pairS and strideS must be above 0 and intervals at least 1, found "
              + pairS
              + ", "
              + strideS
              + " and "
              + intervals);
    }
  }

  /** From the current frame to the last frame that is looked at. */
  public double horizonS() {
    return (intervals - 1) * strideS + pairS;
  }
}
