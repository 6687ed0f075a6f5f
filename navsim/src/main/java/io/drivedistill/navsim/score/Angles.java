package io.drivedistill.navsim.score;

/** Angle arithmetic in radians, as numpy and nuPlan do it. */
final class Angles {
  private static final double TWO_PI = 2 * Math.PI;

  private Angles() {}

  /**
   * An angle in (-pi, pi], by atan2 of sine and cosine. Angles that are there already are returned
   * as they are, which differs by rounding only.
   */
  static double wrap(double angle) {
    return angle > -Math.PI && angle < Math.PI
        ? angle
        : StrictMath.atan2(StrictMath.sin(angle), StrictMath.cos(angle));
  }

  /** An angle in [-pi, pi), by the floored modulo of nuPlan's {@code principal_value}. */
  static double principal(double angle) {
    if (angle >= -Math.PI && angle < Math.PI) {
      return angle;
    }
    double shifted = angle + Math.PI;
    return shifted - TWO_PI * Math.floor(shifted / TWO_PI) - Math.PI;
  }

  /** Removes jumps of a turn from {@code count} angles, in place. */
  static void unwrap(double[] angles, int offset, int stride, int count) {
    double turns = 0;
    double before = count == 0 ? 0 : angles[offset];
    for (int i = 1; i < count; i++) {
      double raw = angles[offset + i * stride];
      turns += Math.rint((raw - before) / TWO_PI);
      before = raw;
      angles[offset + i * stride] = raw - TWO_PI * turns;
    }
  }
}
