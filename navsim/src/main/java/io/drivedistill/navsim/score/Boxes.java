package io.drivedistill.navsim.score;

/**
 * Oriented rectangles as primitive numbers: four corners in the order front-left, rear-left,
 * rear-right, front-right, then the centre; {@value #WIDTH} numbers a box.
 */
final class Boxes {
  static final int WIDTH = 10;
  static final int CENTRE = 8;

  private Boxes() {}

  /** The ego footprint from a rear axle pose. */
  static void ego(double x, double y, double cos, double sin, double[] out, int at) {
    box(
        x + Vehicle.REAR_AXLE_TO_CENTRE * cos,
        y + Vehicle.REAR_AXLE_TO_CENTRE * sin,
        cos,
        sin,
        Vehicle.HALF_LENGTH,
        Vehicle.HALF_WIDTH,
        out,
        at);
  }

  /** A box from its centre. */
  static void box(
      double x,
      double y,
      double cos,
      double sin,
      double halfLength,
      double halfWidth,
      double[] out,
      int at) {
    double forwardX = halfLength * cos;
    double forwardY = halfLength * sin;
    double leftX = -halfWidth * sin;
    double leftY = halfWidth * cos;
    out[at] = x + leftX + forwardX;
    out[at + 1] = y + leftY + forwardY;
    out[at + 2] = x + leftX - forwardX;
    out[at + 3] = y + leftY - forwardY;
    out[at + 4] = x - leftX - forwardX;
    out[at + 5] = y - leftY - forwardY;
    out[at + 6] = x - leftX + forwardX;
    out[at + 7] = y - leftY + forwardY;
    out[at + 8] = x;
    out[at + 9] = y;
  }

  /**
   * Whether two boxes share a point, touching included; the first one is moved by (dx, dy). By the
   * separating axis theorem.
   */
  static boolean meet(double[] a, int ia, double dx, double dy, double[] b, int ib) {
    return !separated(a, ia, dx, dy, b, ib) && !separated(b, ib, -dx, -dy, a, ia);
  }

  /** Whether an axis of box {@code a} (moved) separates it from box {@code b}. */
  private static boolean separated(double[] a, int ia, double dx, double dy, double[] b, int ib) {
    double originX = a[ia + 2] + dx; // rear left; edges to front left and rear right
    double originY = a[ia + 3] + dy;
    return outside(originX, originY, a[ia] - a[ia + 2], a[ia + 1] - a[ia + 3], b, ib)
        || outside(originX, originY, a[ia + 4] - a[ia + 2], a[ia + 5] - a[ia + 3], b, ib);
  }

  /** Whether all corners of a box lie on one side of the strip that an edge spans. */
  private static boolean outside(
      double x, double y, double edgeX, double edgeY, double[] b, int ib) {
    double extent = edgeX * edgeX + edgeY * edgeY;
    boolean before = true;
    boolean behind = true;
    for (int k = 0; k < 8; k += 2) {
      double along = (b[ib + k] - x) * edgeX + (b[ib + k + 1] - y) * edgeY;
      before &= along < 0;
      behind &= along > extent;
    }
    return before || behind;
  }

  /** Whether a segment and a box share a point. */
  static boolean segmentMeets(double x1, double y1, double x2, double y2, double[] b, int ib) {
    double originX = b[ib + 2];
    double originY = b[ib + 3];
    for (int edge = 0; edge < 2; edge++) {
      int other = edge == 0 ? 0 : 4;
      double edgeX = b[ib + other] - originX;
      double edgeY = b[ib + other + 1] - originY;
      double extent = edgeX * edgeX + edgeY * edgeY;
      double a1 = (x1 - originX) * edgeX + (y1 - originY) * edgeY;
      double a2 = (x2 - originX) * edgeX + (y2 - originY) * edgeY;
      if ((a1 < 0 && a2 < 0) || (a1 > extent && a2 > extent)) {
        return false;
      }
    }
    boolean left = false;
    boolean right = false;
    for (int k = 0; k < 8; k += 2) {
      double side = (x2 - x1) * (b[ib + k + 1] - y1) - (y2 - y1) * (b[ib + k] - x1);
      left |= side >= 0;
      right |= side <= 0;
    }
    return left && right;
  }

  /** Distance of two boxes, 0 when they share a point. */
  static double distance(double[] a, int ia, double[] b, int ib) {
    if (meet(a, ia, 0, 0, b, ib)) {
      return 0;
    }
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < 8; k += 2) {
      int next = (k + 2) % 8;
      for (int j = 0; j < 8; j += 2) {
        least =
            Math.min(
                least,
                toSegment(
                    a[ia + j],
                    a[ia + j + 1],
                    b[ib + k],
                    b[ib + k + 1],
                    b[ib + next],
                    b[ib + next + 1]));
        least =
            Math.min(
                least,
                toSegment(
                    b[ib + j],
                    b[ib + j + 1],
                    a[ia + k],
                    a[ia + k + 1],
                    a[ia + next],
                    a[ia + next + 1]));
      }
    }
    return least;
  }

  /** Distance from a point to a segment. */
  static double toSegment(double px, double py, double x1, double y1, double x2, double y2) {
    double dx = x2 - x1;
    double dy = y2 - y1;
    double squared = dx * dx + dy * dy;
    double t = squared == 0 ? 0 : ((px - x1) * dx + (py - y1) * dy) / squared;
    if (t <= 0) {
      return length(px - x1, py - y1);
    }
    if (t >= 1) {
      return length(px - x2, py - y2);
    }
    return Math.abs((y1 - py) * dx - (x1 - px) * dy) / Math.sqrt(squared);
  }

  static double length(double dx, double dy) {
    return Math.sqrt(dx * dx + dy * dy);
  }
}
