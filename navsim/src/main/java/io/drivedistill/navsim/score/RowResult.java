package io.drivedistill.navsim.score;

/**
 * What the scorer found out about one simulated row (SPEC-pdms section 15).
 *
 * @param noCollision 1, 0.5 or 0
 * @param drivable 1 or 0
 * @param direction 1, 0.5 or 0
 * @param progressM distance along the centre line, at least 0
 * @param timeToCollision 1 or 0
 * @param comfortFlags bits of {@link ComfortRule}
 * @param trafficLight 1, or 0 after touching a red light; always 1 in v1.1
 * @param laneKeeping 1, or 0 after 2 s beside the centre line; always 1 in v1.1
 * @param collisionStep first step at fault, or -1
 * @param collisionObject index of the object then, or -1
 * @param ttcStep first step with an infraction, or -1
 * @param ttcObject index of the object then, or -1
 * @param multipleLanes bit per step
 * @param nonDrivable bit per step
 * @param oncoming bit per step
 */
record RowResult(
    double noCollision,
    double drivable,
    double direction,
    double progressM,
    double timeToCollision,
    int comfortFlags,
    double trafficLight,
    double laneKeeping,
    int collisionStep,
    int collisionObject,
    int ttcStep,
    int ttcObject,
    long multipleLanes,
    long nonDrivable,
    long oncoming) {

  double comfort() {
    return comfortFlags == ComfortRule.ALL ? 1 : 0;
  }
}
