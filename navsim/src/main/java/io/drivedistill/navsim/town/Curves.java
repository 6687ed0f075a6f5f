package io.drivedistill.navsim.town;

/** Smooth lines between poses and along control points. */
final class Curves {
  private static final int CUTTING_ROUNDS = 5;

  private Curves() {}

  /**
   * Curve from one pose to another, close to a circular arc where the poses allow one (cubic Bezier
   * whose handles have the length of the arc approximation).
   */
  static Polyline between(
      double x0, double y0, double heading0, double x1, double y1, double heading1, double step) {
    return between(x0, y0, heading0, x1, y1, heading1, step, 1);
  }

  /**
   * As {@link #between(double, double, double, double, double, double, double)}, but with the
   * handles scaled: below one the curve cuts the corner.
   */
  static Polyline between(
      double x0,
      double y0,
      double heading0,
      double x1,
      double y1,
      double heading1,
      double step,
      double handleScale) {
    double chord = Math.hypot(x1 - x0, y1 - y0);
    double turn = Math.abs(Angles.wrap(heading1 - heading0));
    double handle =
        turn < 0.02
            ? chord / 3
            : chord * 2 / 3 * Math.tan(turn / 4) / Math.max(0.2, Math.sin(turn / 2));
    handle *= handleScale;
    double ax = x0 + handle * Math.cos(heading0);
    double ay = y0 + handle * Math.sin(heading0);
    double bx = x1 - handle * Math.cos(heading1);
    double by = y1 - handle * Math.sin(heading1);
    int n = Math.max(8, (int) Math.ceil(chord * 2));
    double[] x = new double[n + 1];
    double[] y = new double[n + 1];
    for (int i = 0; i <= n; i++) {
      double t = (double) i / n;
      double u = 1 - t;
      double c0 = u * u * u;
      double c1 = 3 * u * u * t;
      double c2 = 3 * u * t * t;
      double c3 = t * t * t;
      x[i] = c0 * x0 + c1 * ax + c2 * bx + c3 * x1;
      y[i] = c0 * y0 + c1 * ay + c2 * by + c3 * y1;
    }
    Polyline fine = Polyline.of(x, y);
    return fine.slice(0, fine.length(), step);
  }

  /**
   * Quadratic B-spline along control points by corner cutting; it starts and ends exactly at the
   * first and last point, in the direction of the first and last leg.
   */
  static Polyline along(double[][] controls, double step) {
    double[][] points = controls;
    for (int round = 0; round < CUTTING_ROUNDS; round++) {
      double[][] cut = new double[2 * points.length][];
      int n = 0;
      cut[n++] = points[0];
      for (int i = 0; i + 1 < points.length; i++) {
        cut[n++] = blend(points[i], points[i + 1], i == 0 ? 0.5 : 0.25);
        if (i + 2 < points.length) {
          cut[n++] = blend(points[i], points[i + 1], 0.75);
        }
      }
      cut[n++] = points[points.length - 1];
      points = java.util.Arrays.copyOf(cut, n);
    }
    double[] x = new double[points.length];
    double[] y = new double[points.length];
    for (int i = 0; i < points.length; i++) {
      x[i] = points[i][0];
      y[i] = points[i][1];
    }
    Polyline fine = Polyline.of(x, y);
    return fine.slice(0, fine.length(), step);
  }

  private static double[] blend(double[] a, double[] b, double share) {
    return new double[] {a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share};
  }
}
