package io.drivedistill.navsim.imported;

/**
 * The parabola {@code a + b t + c t²/2} that fits samples around t = 0 best (least squares); a line
 * where there are fewer than three samples, and at rest for fewer than two.
 */
final class LocalParabola {
  private int count;
  private double t1;
  private double t2;
  private double t3;
  private double t4;
  private double y0;
  private double y1;
  private double y2;

  void add(double t, double y) {
    count++;
    t1 += t;
    t2 += t * t;
    t3 += t * t * t;
    t4 += t * t * t * t;
    y0 += y;
    y1 += t * y;
    y2 += t * t * y;
  }

  /** Derivative at t = 0. */
  double slope() {
    return solve()[0];
  }

  /** Second derivative. */
  double curvature() {
    return solve()[1];
  }

  /** Slope of the line that fits best. */
  double lineSlope() {
    return count < 2 ? 0 : (y1 - t1 * y0 / count) / (t2 - t1 * t1 / count);
  }

  private double[] solve() {
    if (count < 2) {
      return new double[2];
    }
    // Normal equations with the mean taken out.
    double n = count;
    double s11 = t2 - t1 * t1 / n;
    double s12 = t3 - t1 * t2 / n;
    double s22 = t4 - t2 * t2 / n;
    double r1 = y1 - t1 * y0 / n;
    double r2 = y2 - t2 * y0 / n;
    double determinant = s11 * s22 - s12 * s12;
    if (count < 3 || determinant <= 1e-12 * s11 * s22) {
      return new double[] {lineSlope(), 0};
    }
    double b = (r1 * s22 - r2 * s12) / determinant;
    double c = (s11 * r2 - s12 * r1) / determinant;
    return new double[] {b, 2 * c};
  }
}
