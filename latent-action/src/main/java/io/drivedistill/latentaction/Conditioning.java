package io.drivedistill.latentaction;

/** What stage 1 is told about the ego vehicle, so that its codes need not say it. */
public sealed interface Conditioning {

  /** Nothing: frames without poses or text. */
  record None() implements Conditioning {}

  /**
   * An instruction, as hidden states of a frozen text encoder (UniVLA).
   *
   * @param width channels of the hidden states, 768 for T5-base
   */
  record Text(int width) implements Conditioning {}

  /**
   * The true trajectory over the interval and the ego state at its start (LatentVLA, SPEC-lam B4).
   *
   * @param poses number of poses (x, y, heading) over the interval
   * @param egoWidth numbers that describe the ego state
   */
  record Drive(int poses, int egoWidth) implements Conditioning {
    /** Numbers of one condition vector: poses first, ego state last. */
    public int width() {
      return 3 * poses + egoWidth;
    }
  }
}
