package io.drivedistill.navsim.log;

/**
 * What the recording vehicle knew of itself. The log's {@code can_bus} holds position, orientation,
 * acceleration, velocity, angular rate and two zeros; {@code ego_dynamic_state} repeats the planar
 * velocity and acceleration.
 *
 * @param positionInMapM rear axle in UTM metres, z over the ellipsoid
 * @param orientationInMap rotation from ego to map axes
 * @param accelerationMps2 {@code can_bus[7..9]}, ego axes
 * @param velocityMps {@code can_bus[10..12]}, ego axes
 * @param angularRateRadps {@code can_bus[13..15]}, ego axes
 * @param velocityXMps forward speed of {@code ego_dynamic_state}
 * @param velocityYMps leftward speed of {@code ego_dynamic_state}
 * @param accelerationXMps2 forward acceleration of {@code ego_dynamic_state}
 * @param accelerationYMps2 leftward acceleration of {@code ego_dynamic_state}
 */
public record EgoStatus(
    Vector3 positionInMapM,
    Quaternion orientationInMap,
    Vector3 accelerationMps2,
    Vector3 velocityMps,
    Vector3 angularRateRadps,
    double velocityXMps,
    double velocityYMps,
    double accelerationXMps2,
    double accelerationYMps2) {

  /** Heading in the map as NAVSIM derives it, see {@link Quaternion#yawRad()}. */
  public double headingInMapRad() {
    return orientationInMap.yawRad();
  }
}
