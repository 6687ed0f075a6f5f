package io.drivedistill.navsim.town;

import java.util.Arrays;

/** A line in the plane with its arc length. Coordinates are metres of the town's own frame. */
final class Polyline {
  private final double[] x;
  private final double[] y;
  private final double[] arcLength;

  private Polyline(double[] x, double[] y) {
    this.x = x;
    this.y = y;
    this.arcLength = new double[x.length];
    for (int i = 1; i < x.length; i++) {
      arcLength[i] = arcLength[i - 1] + Math.hypot(x[i] - x[i - 1], y[i] - y[i - 1]);
    }
  }

  /** Takes at least two points; the arrays become the line's own. */
  static Polyline of(double[] x, double[] y) {
    if (x.length != y.length || x.length < 2) {
      throw new IllegalArgumentException("A line needs two points, found " + x.length);
    }
    return new Polyline(x, y);
  }

  int size() {
    return x.length;
  }

  double x(int index) {
    return x[index];
  }

  double y(int index) {
    return y[index];
  }

  double length() {
    return arcLength[arcLength.length - 1];
  }

  double firstHeading() {
    return segmentHeading(0);
  }

  double lastHeading() {
    return segmentHeading(x.length - 2);
  }

  private double segmentHeading(int i) {
    return Math.atan2(y[i + 1] - y[i], x[i + 1] - x[i]);
  }

  private int segmentAt(double s) {
    int i = Arrays.binarySearch(arcLength, s);
    int segment = i >= 0 ? i : -i - 2;
    return Math.max(0, Math.min(x.length - 2, segment));
  }

  /** Position at an arc length; beyond the ends the line is continued straight. */
  double xAt(double s) {
    int i = segmentAt(s);
    return x[i] + (x[i + 1] - x[i]) * share(i, s);
  }

  /** See {@link #xAt}. */
  double yAt(double s) {
    int i = segmentAt(s);
    return y[i] + (y[i + 1] - y[i]) * share(i, s);
  }

  private double share(int i, double s) {
    return (s - arcLength[i]) / (arcLength[i + 1] - arcLength[i]);
  }

  /** Heading of the segment at an arc length, blended over half a segment on either side. */
  double headingAt(double s) {
    int i = segmentAt(s);
    double share = share(i, s);
    int other = share < 0.5 ? Math.max(0, i - 1) : Math.min(x.length - 2, i + 1);
    double weight = Math.min(0.5, Math.abs(share - 0.5));
    double heading = segmentHeading(i);
    return Angles.wrap(heading + weight * Angles.wrap(segmentHeading(other) - heading));
  }

  /** The line moved to the left (negative: right) by a distance. */
  Polyline offset(double left) {
    double[] ox = new double[x.length];
    double[] oy = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double before = segmentHeading(Math.max(0, i - 1));
      double after = segmentHeading(Math.min(x.length - 2, i));
      double heading = before + 0.5 * Angles.wrap(after - before);
      ox[i] = x[i] - left * Math.sin(heading);
      oy[i] = y[i] + left * Math.cos(heading);
    }
    return new Polyline(ox, oy);
  }

  Polyline reversed() {
    double[] rx = new double[x.length];
    double[] ry = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      rx[i] = x[x.length - 1 - i];
      ry[i] = y[x.length - 1 - i];
    }
    return new Polyline(rx, ry);
  }

  /** The part between two arc lengths, resampled in equal steps of about {@code step}. */
  Polyline slice(double from, double to, double step) {
    int n = Math.max(1, (int) Math.ceil((to - from) / step));
    double[] sx = new double[n + 1];
    double[] sy = new double[n + 1];
    for (int i = 0; i <= n; i++) {
      double s = from + (to - from) * i / n;
      sx[i] = xAt(s);
      sy[i] = yAt(s);
    }
    return new Polyline(sx, sy);
  }

  /** Closed ring (first point repeated): this line, then {@code other} backwards. */
  double[][] ringWith(Polyline other) {
    int n = x.length;
    int m = other.x.length;
    double[][] ring = new double[n + m + 1][];
    for (int i = 0; i < n; i++) {
      ring[i] = new double[] {x[i], y[i]};
    }
    for (int i = 0; i < m; i++) {
      ring[n + i] = new double[] {other.x[m - 1 - i], other.y[m - 1 - i]};
    }
    ring[n + m] = ring[0].clone();
    return ring;
  }

  /** Points as rows of x, y. */
  double[][] points() {
    double[][] points = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      points[i] = new double[] {x[i], y[i]};
    }
    return points;
  }

  /** Smallest distance between a vertex of this line and a vertex of another. */
  double vertexDistance(Polyline other) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < other.x.length; j++) {
        least = Math.min(least, Math.hypot(x[i] - other.x[j], y[i] - other.y[j]));
      }
    }
    return least;
  }
}
