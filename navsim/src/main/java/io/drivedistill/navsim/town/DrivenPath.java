package io.drivedistill.navsim.town;

import java.util.List;

/**
 * The line that the expert's rear axle follows: the middle of its lanes, rounded where curvature
 * jumps, so that the steering stays smooth.
 */
final class DrivenPath {
  private static final double ROUNDING_M = 3.5;
  private static final int ROUNDING_SAMPLES = 7;

  private final List<Lane> lanes;
  private final double[] starts;

  DrivenPath(List<Lane> lanes) {
    this.lanes = List.copyOf(lanes);
    this.starts = new double[lanes.size() + 1];
    for (int i = 0; i < lanes.size(); i++) {
      starts[i + 1] = starts[i] + lanes.get(i).length();
    }
  }

  /** Distance along the path of an arc length on its i-th lane. */
  double distance(int pathIndex, double arcLengthM) {
    return starts[pathIndex] + arcLengthM;
  }

  /** Start of the i-th lane. */
  double start(int pathIndex) {
    return starts[pathIndex];
  }

  Lane lane(int pathIndex) {
    return lanes.get(pathIndex);
  }

  int size() {
    return lanes.size();
  }

  int indexAt(double distance) {
    int i = 0;
    while (i + 1 < lanes.size() && starts[i + 1] <= distance) {
      i++;
    }
    return i;
  }

  /** Position at a distance along the path as x, y. */
  double[] positionAt(double distance) {
    double x = 0;
    double y = 0;
    double weights = 0;
    for (int k = -ROUNDING_SAMPLES; k <= ROUNDING_SAMPLES; k++) {
      double weight = ROUNDING_SAMPLES + 1 - Math.abs(k);
      double at = distance + k * ROUNDING_M / ROUNDING_SAMPLES;
      int i = indexAt(at);
      Polyline line = lanes.get(i).baseline;
      x += weight * line.xAt(at - starts[i]);
      y += weight * line.yAt(at - starts[i]);
      weights += weight;
    }
    return new double[] {x / weights, y / weights};
  }

  double headingAt(double distance) {
    double[] a = positionAt(distance - 0.3);
    double[] b = positionAt(distance + 0.3);
    return Math.atan2(b[1] - a[1], b[0] - a[0]);
  }

  /** Metres really driven per metre along the lanes; below one where a curve is rounded. */
  double stretchAt(double distance) {
    double[] a = positionAt(distance - 0.3);
    double[] b = positionAt(distance + 0.3);
    return Math.hypot(b[0] - a[0], b[1] - a[1]) / 0.6;
  }
}
