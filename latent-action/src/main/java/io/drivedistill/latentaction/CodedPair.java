package io.drivedistill.latentaction;

import java.util.Optional;

/**
 * Two frames of a recording and the ego codes between them.
 *
 * @param recording where they come from
 * @param first index of the earlier frame
 * @param second index of the later frame
 * @param codes one per token
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record CodedPair(Recording recording, int first, int second, int[] codes) {
  double firstS() {
    return recording.frames().get(first).timeS();
  }

  double secondS() {
    return recording.frames().get(second).timeS();
  }

  /** How the vehicle moved, where the recording has poses. */
  Optional<PairMotion> motion() {
    return recording.hasPoses()
        ? Optional.of(PairMotion.of(new EgoMotion(recording), first, second))
        : Optional.empty();
  }
}
