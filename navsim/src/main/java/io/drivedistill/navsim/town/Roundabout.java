package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Junction.Arm;
import java.util.ArrayList;
import java.util.List;

/**
 * A ring with one lane, driven counter-clockwise. Every arm is a junction of its own; the pieces of
 * the ring between them are roads.
 */
final class Roundabout {
  /** Distance from the middle at which the arms' roads end. */
  static final double ARM_END_M = 38;

  private static final double RING_RADIUS_M = 22;
  private static final double HALF_JUNCTION_RAD = 0.46;
  private static final double RING_SPEED_MPS = 7;
  private static final double STRAIGHT_WITHIN_RAD = 1.02;
  private static final int RING_RANK = 3;

  private Roundabout() {}

  static void build(RoadNetwork network, double x, double y, Road[] arms, boolean[] startsHere) {
    List<Arm> ends = new ArrayList<>();
    for (int k = 0; k < arms.length; k++) {
      if (arms[k] != null) {
        ends.add(
            startsHere[k] ? network.armAtStart(arms[k], -1, 1) : network.armAtEnd(arms[k], -1, 1));
      }
    }
    ends.sort((a, b) -> Double.compare(bearing(a, x, y), bearing(b, x, y)));
    int n = ends.size();
    Road[] ring = new Road[n];
    for (int k = 0; k < n; k++) {
      double from = bearing(ends.get(k), x, y) + HALF_JUNCTION_RAD;
      double to = bearing(ends.get((k + 1) % n), x, y) - HALF_JUNCTION_RAD;
      double turn = (to - from) % (2 * Math.PI);
      ring[k] = network.addRoad(arc(x, y, from, turn < 0 ? turn + 2 * Math.PI : turn));
    }
    for (int k = 0; k < n; k++) {
      Arm road = ends.get(k);
      double bearing = bearing(road, x, y);
      double radius = RING_RADIUS_M + 5;
      network.addJunction(
          x + radius * Math.cos(bearing),
          y + radius * Math.sin(bearing),
          false,
          STRAIGHT_WITHIN_RAD,
          List.of(
              road,
              network.armAtEnd(ring[(k + n - 1) % n], -1, RING_RANK),
              network.armAtStart(ring[k], -1, RING_RANK)));
    }
  }

  private static double bearing(Arm arm, double x, double y) {
    return Math.atan2(arm.y() - y, arm.x() - x);
  }

  private static Road arc(double x, double y, double from, double turn) {
    int n = Math.max(4, (int) Math.ceil(turn * RING_RADIUS_M));
    double[] px = new double[n + 1];
    double[] py = new double[n + 1];
    for (int i = 0; i <= n; i++) {
      double angle = from + turn * i / n;
      px[i] = x + RING_RADIUS_M * Math.cos(angle);
      py[i] = y + RING_RADIUS_M * Math.sin(angle);
    }
    return new Road(Polyline.of(px, py), 1, 0, RING_SPEED_MPS, 0, false, false, false);
  }
}
