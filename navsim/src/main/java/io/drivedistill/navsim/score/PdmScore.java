package io.drivedistill.navsim.score;

import java.util.List;
import java.util.Optional;

/**
 * The score of one trajectory in one scene, with what led to it.
 *
 * @param scorer name of the scorer, as {@code pdms-v1.1}; scores of different scorers must not be
 *     compared
 * @param noAtFaultCollisions 1, 0.5 (hit something that stands still by type) or 0
 * @param drivableAreaCompliance 1 or 0
 * @param egoProgress 0 to 1
 * @param timeToCollisionWithinBound 1 or 0
 * @param comfort 1 or 0
 * @param drivingDirectionCompliance 1, 0.5 or 0; reported, not part of {@code score} in v1.1
 * @param score the aggregate, 0 to 1
 * @param reasons what happened where
 */
public record PdmScore(
    String scorer,
    double noAtFaultCollisions,
    double drivableAreaCompliance,
    double egoProgress,
    double timeToCollisionWithinBound,
    double comfort,
    double drivingDirectionCompliance,
    double score,
    Reasons reasons) {
  /** Names of {@link #values} as in the official result tables. */
  public static final List<String> COLUMNS =
      List.of(
          "no_at_fault_collisions",
          "drivable_area_compliance",
          "ego_progress",
          "time_to_collision_within_bound",
          "comfort",
          "driving_direction_compliance",
          ScoreTable.SCORE);

  /** Sub-scores and score in the order of {@link #COLUMNS}. */
  public List<Double> values() {
    return List.of(
        noAtFaultCollisions,
        drivableAreaCompliance,
        egoProgress,
        timeToCollisionWithinBound,
        comfort,
        drivingDirectionCompliance,
        score);
  }

  /**
   * Why sub-scores are what they are. Steps are 0 to 40, 0.1 s apart; masks have one bit a step.
   *
   * @param progressM metres along the centre line
   * @param referenceProgressM the same for the reference planner, 0 if it collided or left the road
   * @param collision first collision at fault
   * @param timeToCollision first infraction of the time to collision
   * @param multipleLanesMask steps between lanes
   * @param nonDrivableMask steps off the road
   * @param oncomingMask steps outside the route's lanes
   * @param comfortFlags bits 0 to 5, set when within bounds: longitudinal acceleration, lateral
   *     acceleration, jerk, longitudinal jerk, yaw acceleration, yaw rate
   */
  public record Reasons(
      double progressM,
      double referenceProgressM,
      Optional<Event> collision,
      Optional<Event> timeToCollision,
      long multipleLanesMask,
      long nonDrivableMask,
      long oncomingMask,
      int comfortFlags) {}

  /**
   * Something that happened with another object.
   *
   * @param step 0 to 40, 0.1 s apart
   * @param trackToken the object
   */
  public record Event(int step, String trackToken) {}
}
