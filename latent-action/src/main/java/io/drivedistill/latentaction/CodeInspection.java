package io.drivedistill.latentaction;

import io.drivedistill.core.DriveDistillException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the ego codes of recordings are and mean.
 *
 * @param pairs pairs of frames that were given codes
 * @param posedPairs those whose motion is known
 * @param health usage and perplexity
 * @param transitions which code follows which
 * @param meanings what the vehicle does at each token and code; empty without poses
 * @param probes what the codes tell of the motion; empty without poses
 */
public record CodeInspection(
    int pairs,
    int posedPairs,
    CodebookHealth health,
    CodeTransitions transitions,
    List<CodeMeaning> meanings,
    List<PairProbe> probes) {

  /**
   * Looks at codes.
   *
   * @param coded pairs in time order, recording by recording
   * @param codes size of the codebook
   */
  public static CodeInspection of(List<CodedPair> coded, int codes) {
    if (coded.isEmpty()) {
      throw new DriveDistillException(
          "No pair of frames has codes", "Maybe the recordings are shorter than a pair.");
    }
    List<CodedPair> posed = new ArrayList<>();
    List<PairMotion> motions = new ArrayList<>();
    for (CodedPair pair : coded) {
      pair.motion()
          .ifPresent(
              motion -> {
                posed.add(pair);
                motions.add(motion);
              });
    }
    return new CodeInspection(
        coded.size(),
        posed.size(),
        CodebookHealth.of(coded.stream().map(CodedPair::codes).toArray(int[][]::new), codes),
        CodeTransitions.of(coded, codes),
        CodeMeaning.of(posed, motions, codes),
        PairProbe.of(posed, motions, codes));
  }
}
