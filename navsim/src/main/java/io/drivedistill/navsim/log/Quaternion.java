package io.drivedistill.navsim.log;

/**
 * A rotation as stored in the logs, scalar first. Not necessarily of unit length; every method
 * normalises it as pyquaternion does (SPEC-pdms section 2).
 */
public record Quaternion(double w, double x, double y, double z) {
  private static final double UNIT_TOLERANCE = 1e-14;

  /** A rotation about the z axis. */
  public static Quaternion ofYaw(double yawRad) {
    return new Quaternion(StrictMath.cos(yawRad / 2), 0, 0, StrictMath.sin(yawRad / 2));
  }

  /** The same rotation with length 1, untouched when the squared length is within 1e-14 of 1. */
  public Quaternion normalised() {
    double squared = w * w + x * x + y * y + z * z;
    if (Math.abs(1.0 - squared) <= UNIT_TOLERANCE) {
      return this;
    }
    double length = Math.sqrt(squared);
    return length == 0 ? this : new Quaternion(w / length, x / length, y / length, z / length);
  }

  /**
   * The heading that NAVSIM derives. It follows pyquaternion's yaw of R = Rx Ry Rz, hence the minus
   * sign; under pitch and roll it differs from the usual formula in the fourth digit.
   *
   * @return radians in (-pi, pi]
   */
  public double yawRad() {
    Quaternion q = normalised();
    return StrictMath.atan2(2 * (q.w * q.z - q.x * q.y), 1 - 2 * (q.y * q.y + q.z * q.z));
  }

  /** The 3x3 rotation matrix. */
  public Matrix rotationMatrix() {
    Quaternion q = normalised();
    return Matrix.of(
        3,
        3,
        1 - 2 * (q.y * q.y + q.z * q.z),
        2 * (q.x * q.y - q.w * q.z),
        2 * (q.x * q.z + q.w * q.y),
        2 * (q.x * q.y + q.w * q.z),
        1 - 2 * (q.x * q.x + q.z * q.z),
        2 * (q.y * q.z - q.w * q.x),
        2 * (q.x * q.z - q.w * q.y),
        2 * (q.y * q.z + q.w * q.x),
        1 - 2 * (q.x * q.x + q.y * q.y));
  }
}
