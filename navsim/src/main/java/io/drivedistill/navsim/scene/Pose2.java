package io.drivedistill.navsim.scene;

/**
 * A planar pose; the owner's name says the frame.
 *
 * @param xM metres
 * @param yM metres
 * @param headingRad counter-clockwise from the x axis
 */
public record Pose2(double xM, double yM, double headingRad) {
  /** A pose given in the same frame, as seen from {@code origin}; heading in (-pi, pi]. */
  public static Pose2 relative(Pose2 pose, Pose2 origin) {
    double sin = StrictMath.sin(-origin.headingRad);
    double cos = StrictMath.cos(-origin.headingRad);
    double dx = pose.xM - origin.xM;
    double dy = pose.yM - origin.yM;
    return new Pose2(
        dx * cos - dy * sin, dx * sin + dy * cos, wrap(pose.headingRad - origin.headingRad));
  }

  /** This pose, given in the frame of {@code origin}, in the frame that origin is given in. */
  public Pose2 from(Pose2 origin) {
    double sin = StrictMath.sin(origin.headingRad);
    double cos = StrictMath.cos(origin.headingRad);
    return new Pose2(
        origin.xM + cos * xM - sin * yM,
        origin.yM + sin * xM + cos * yM,
        wrap(origin.headingRad + headingRad));
  }

  /** An angle in (-pi, pi], by atan2 of sine and cosine as NAVSIM does. */
  public static double wrap(double angleRad) {
    return StrictMath.atan2(StrictMath.sin(angleRad), StrictMath.cos(angleRad));
  }
}
