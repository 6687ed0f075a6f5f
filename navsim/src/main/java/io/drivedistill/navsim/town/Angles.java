package io.drivedistill.navsim.town;

/** Angle arithmetic in radians. */
final class Angles {
  private Angles() {}

  /** Into (-pi, pi]. */
  static double wrap(double angle) {
    return Math.atan2(Math.sin(angle), Math.cos(angle));
  }
}
