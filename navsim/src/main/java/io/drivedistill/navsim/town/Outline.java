package io.drivedistill.navsim.town;

/** A closed ring in the town's frame, first point repeated at the end. */
final class Outline {
  private final double[][] points;

  Outline(double[][] points) {
    this.points = points;
  }

  /** Rows of x, y; not to be changed. */
  double[][] points() {
    return points;
  }
}
