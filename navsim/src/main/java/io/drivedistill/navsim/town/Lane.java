package io.drivedistill.navsim.town;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A lane, or a lane connector through a junction. Written by {@link TownBuilder} and never changed
 * once the town stands.
 */
final class Lane {
  /** Where a connector leads, seen from the lane it leaves. */
  enum Turn {
    STRAIGHT,
    LEFT,
    RIGHT
  }

  static final double WIDTH_M = 3.7;

  final int id;
  final int index;
  final Polyline baseline;
  final Polyline leftBoundary;
  final Polyline rightBoundary;
  final double[][] polygon;
  private final double[] curveSpeedMps;
  final Roadblock block;
  final double speedLimitMps;
  final Turn turn;

  /** Successors in driving direction. */
  final List<Lane> next = new ArrayList<>();

  /** Predecessors. */
  final List<Lane> previous = new ArrayList<>();

  /** Connectors of the same junction whose traffic crosses this one, without those that merge. */
  final List<Lane> crossing = new ArrayList<>();

  /** Other connectors that end in the same lane. */
  final List<Lane> merging = new ArrayList<>();

  /** Other connectors that leave the same lane. */
  final List<Lane> diverging = new ArrayList<>();

  /** Larger goes first where connectors conflict. */
  final int rank;

  /** Phase of the junction's light that opens this connector; -1 without light. */
  final int lightPhase;

  Lane(
      int id,
      int index,
      Roadblock block,
      Polyline baseline,
      double leftWidth,
      double rightWidth,
      double speedLimitMps,
      Turn turn,
      int rank,
      int lightPhase) {
    this.id = id;
    this.index = index;
    this.block = block;
    this.baseline = baseline;
    this.leftBoundary = baseline.offset(leftWidth);
    this.rightBoundary = baseline.offset(-rightWidth);
    this.polygon = rightBoundary.ringWith(leftBoundary);
    this.curveSpeedMps = curveSpeeds(baseline);
    this.speedLimitMps = speedLimitMps;
    this.turn = turn;
    this.rank = rank;
    this.lightPhase = lightPhase;
  }

  boolean isConnector() {
    return block.junction != null;
  }

  /** Speed at which the curve at an arc length is taken. */
  double curveSpeedAt(double s) {
    int i = (int) Math.round(s / length() * (curveSpeedMps.length - 1));
    return curveSpeedMps[Math.max(0, Math.min(curveSpeedMps.length - 1, i))];
  }

  /** Speed in the tightest curve. */
  double slowestCurveMps() {
    return Arrays.stream(curveSpeedMps).min().orElseThrow();
  }

  private static double[] curveSpeeds(Polyline line) {
    int n = Math.max(2, (int) Math.ceil(line.length()) + 1);
    double[] speeds = new double[n];
    double reach = Math.min(2.0, line.length() / 3);
    for (int i = 0; i < n; i++) {
      double s = line.length() * i / (n - 1);
      double from = Math.max(0, s - reach);
      double to = Math.min(line.length(), s + reach);
      double turn = Math.abs(Angles.wrap(line.headingAt(to) - line.headingAt(from)));
      double curvature = Math.max(1e-4, turn / (to - from));
      speeds[i] = Math.sqrt(DriverModel.LATERAL_MPS2 / curvature);
    }
    return speeds;
  }

  /** Index of the lane that a connector leaves; the lane's own index for a lane. */
  int previousIndex() {
    return isConnector() && !previous.isEmpty() ? previous.get(0).index : index;
  }

  double length() {
    return baseline.length();
  }

  @Override
  public String toString() {
    return (isConnector() ? "connector " : "lane ") + id;
  }
}
