package io.drivedistill.navsim.score;

/**
 * What the scorer found out about one simulated row (SPEC-pdms section 15).
 *
 * @param noCollision 1, 0.5 or 0
 * @param drivable 1 or 0
 * @param direction 1, 0.5 or 0
 * @param progressM distance along the centre line, at least 0
 * @param timeToCollision 1 or 0
 * @param comfortFlags bits of {@link Comfort}
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
    int collisionStep,
    int collisionObject,
    int ttcStep,
    int ttcObject,
    long multipleLanes,
    long nonDrivable,
    long oncoming) {
  private static final double PROGRESS_THRESHOLD_M = 5;

  double comfort() {
    return comfortFlags == Comfort.ALL ? 1 : 0;
  }

  /** Product of the multipliers. */
  double multiplier() {
    return noCollision * drivable;
  }

  /** The score of this row given its normalised progress (SPEC-pdms section 16). */
  double score(double egoProgress) {
    return multiplier() * ((5 * egoProgress + 5 * timeToCollision + 2 * comfort()) / 12);
  }

  /** Normalised progress given the best of all rows compared (SPEC-pdms section 16). */
  double egoProgress(double bestProgressM) {
    if (bestProgressM > PROGRESS_THRESHOLD_M) {
      return progressM * multiplier() / bestProgressM;
    }
    return multiplier() == 0 ? 0 : 1;
  }
}
