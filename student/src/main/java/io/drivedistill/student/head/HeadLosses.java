package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a planning head learns from a batch.
 *
 * @param terms [B] by name, each in the weight that it counts with
 * @param forecast what the head says of the scores of its own proposals, if it learns to say that
 */
public record HeadLosses(Map<String, NDArray> terms, Optional<Forecast> forecast) {
  /** Keeps the order of the terms. */
  public HeadLosses {
    terms = new LinkedHashMap<>(terms);
  }

  /** For a head that does not ask the scorer about its proposals. */
  public static HeadLosses of(Map<String, NDArray> terms) {
    return new HeadLosses(terms, Optional.empty());
  }

  /**
   * Proposals to be simulated and scored in this step, and what the head expects of them.
   *
   * @param trajectories [B, K, T, 3], without gradient
   * @param logits [B, K, 6] of no collision, drivable area, progress, time to collision, comfort
   *     and PDM score
   */
  public record Forecast(NDArray trajectories, NDArray logits) {}
}
