package io.drivedistill.teacher;

import io.drivedistill.navsim.log.EgoStatus;

/**
 * How the vehicle moved at one time.
 *
 * @param speedMps forward
 * @param accelerationMps2 forward
 * @param yawRateRadps counter-clockwise
 */
public record EgoMotion(double speedMps, double accelerationMps2, double yawRateRadps) {
  /** The part of a log's ego status that a teacher is told. */
  public static EgoMotion of(EgoStatus status) {
    return new EgoMotion(
        status.velocityXMps(), status.accelerationXMps2(), status.angularRateRadps().z());
  }
}
