package io.drivedistill.navsim.score;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The extended PDM score of one trajectory in one scene; sub-scores after the human filter.
 *
 * @param noAtFaultCollisions 1, 0.5 or 0; multiplies
 * @param drivableAreaCompliance 1 or 0; multiplies
 * @param drivingDirectionCompliance 1, 0.5 or 0; multiplies
 * @param trafficLightCompliance 1 or 0; multiplies
 * @param egoProgress 0 to 1; weight 5
 * @param timeToCollisionWithinBound 1 or 0; weight 5
 * @param laneKeeping 1 or 0; weight 2
 * @param historyComfort 1 or 0; weight 2
 * @param extendedComfort 1 or 0 against the plan of the frame before; weight 2; absent for a frame
 *     without predecessor
 * @param unfilteredScore the score without human filter and extended comfort, {@code pdm_score} of
 *     the official tables
 * @param score the aggregate, 0 to 1
 */
public record EpdmsScore(
    double noAtFaultCollisions,
    double drivableAreaCompliance,
    double drivingDirectionCompliance,
    double trafficLightCompliance,
    double egoProgress,
    double timeToCollisionWithinBound,
    double laneKeeping,
    double historyComfort,
    OptionalDouble extendedComfort,
    double unfilteredScore,
    double score) {
  /** Names of {@link #values}; the last but one is NaN where it is absent. */
  public static final List<String> COLUMNS =
      List.of(
          "no_at_fault_collisions",
          "drivable_area_compliance",
          "driving_direction_compliance",
          "traffic_light_compliance",
          "ego_progress",
          "time_to_collision_within_bound",
          "lane_keeping",
          "history_comfort",
          "two_frame_extended_comfort",
          ScoreTable.SCORE);

  /** Sub-scores and score in the order of {@link #COLUMNS}. */
  public List<Double> values() {
    List<Double> values =
        new ArrayList<>(
            List.of(
                noAtFaultCollisions,
                drivableAreaCompliance,
                drivingDirectionCompliance,
                trafficLightCompliance,
                egoProgress,
                timeToCollisionWithinBound,
                laneKeeping,
                historyComfort,
                extendedComfort.orElse(Double.NaN)));
    values.add(score);
    return values;
  }

  /** The score whose {@link #values} these are; those keep no unfiltered score, it becomes NaN. */
  static EpdmsScore of(List<Double> values) {
    return new EpdmsScore(
        values.get(0),
        values.get(1),
        values.get(2),
        values.get(3),
        values.get(4),
        values.get(5),
        values.get(6),
        values.get(7),
        Double.isNaN(values.get(8)) ? OptionalDouble.empty() : OptionalDouble.of(values.get(8)),
        Double.NaN,
        values.get(9));
  }

  /** The same sub-scores with another comfort over two frames, aggregated anew. */
  EpdmsScore withExtendedComfort(double steady) {
    double product =
        noAtFaultCollisions
            * drivableAreaCompliance
            * drivingDirectionCompliance
            * trafficLightCompliance;
    double weighted =
        weighted(egoProgress, timeToCollisionWithinBound, laneKeeping, historyComfort);
    return new EpdmsScore(
        noAtFaultCollisions,
        drivableAreaCompliance,
        drivingDirectionCompliance,
        trafficLightCompliance,
        egoProgress,
        timeToCollisionWithinBound,
        laneKeeping,
        historyComfort,
        OptionalDouble.of(steady),
        unfilteredScore,
        product * mean(weighted, OptionalDouble.of(steady)));
  }

  /** The weighted sub-scores without the comfort over two frames; the weights sum to 14. */
  static double weighted(double progress, double timeToCollision, double lane, double comfort) {
    return 5 * progress + 5 * timeToCollision + 2 * lane + 2 * comfort;
  }

  /**
   * Their mean.
   *
   * @param steady comfort over two frames, of weight 2, where there is one
   */
  static double mean(double weighted, OptionalDouble steady) {
    return steady.isPresent() ? (weighted + 2 * steady.getAsDouble()) / 16 : weighted / 14;
  }
}
