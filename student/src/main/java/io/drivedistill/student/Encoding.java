package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * What a student knows of a scene after its encoders and before its planner.
 *
 * @param bevTokens [B, N, C], the bird's-eye-view memory of the planner; guidance changes these
 * @param imageTokens [B, M, D] of the camera encoder
 * @param status [B, S], the ego status as given
 * @param carried arrays that only the student itself needs again
 */
public record Encoding(NDArray bevTokens, NDArray imageTokens, NDArray status, NDList carried) {
  /** The same scene with guided memory. */
  public Encoding withBevTokens(NDArray tokens) {
    return new Encoding(tokens, imageTokens, status, carried);
  }
}
