package io.drivedistill.latentaction;

/** Where stage 2 takes the environment's codes from. */
public enum EnvironmentTokens {
  /** From a second group of its own tokens, whose codebook is frozen (UniVLA, SPEC-lam A7). */
  OWN,
  /**
   * From the frozen stage-1 model, which was told the trajectory (LatentVLA, SPEC-lam B1). Needs
   * poses in training, not in labelling.
   */
  STAGE_1
}
