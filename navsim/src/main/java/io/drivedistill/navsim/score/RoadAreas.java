package io.drivedistill.navsim.score;

import io.drivedistill.navsim.score.DrivableMap.Entry;
import io.drivedistill.navsim.score.DrivableMap.Kind;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Where the ego is on the road: lanes, drivable polygons, route (SPEC-pdms 15.1). Immutable,
 * thread-safe.
 */
final class RoadAreas {
  /** All corners of a box. */
  private static final int ALL = 0b1111;

  /** No corner of the ego is farther from its centre than this. */
  private static final double REACH = 3;

  private final AreaPolygon[] lanes;
  private final boolean[] onRoute;
  private final AreaPolygon[] drivable;
  private final int intersectionStart;
  private final int intersectionEnd;

  RoadAreas(List<Entry> entries, Set<String> routeLanes) {
    List<Entry> laneEntries =
        entries.stream()
            .filter(e -> e.kind() == Kind.LANE || e.kind() == Kind.LANE_CONNECTOR)
            .toList();
    lanes = laneEntries.stream().map(e -> AreaPolygon.of(e.geometry())).toArray(AreaPolygon[]::new);
    onRoute = new boolean[lanes.length];
    for (int i = 0; i < lanes.length; i++) {
      onRoute[i] = routeLanes.contains(laneEntries.get(i).token());
    }
    List<Entry> areas =
        entries.stream()
            .filter(e -> e.kind() != Kind.LANE && e.kind() != Kind.LANE_CONNECTOR)
            .toList();
    drivable = areas.stream().map(e -> AreaPolygon.of(e.geometry())).toArray(AreaPolygon[]::new);
    // Map order keeps the kinds together: roadblocks, intersections, car parks.
    intersectionStart = count(areas, Kind.ROADBLOCK);
    intersectionEnd = intersectionStart + count(areas, Kind.INTERSECTION);
  }

  private static int count(List<Entry> entries, Kind kind) {
    return (int) entries.stream().filter(e -> e.kind() == kind).count();
  }

  private RoadAreas(
      AreaPolygon[] lanes,
      boolean[] onRoute,
      AreaPolygon[] drivable,
      int intersectionStart,
      int intersectionEnd) {
    this.lanes = lanes;
    this.onRoute = onRoute;
    this.drivable = drivable;
    this.intersectionStart = intersectionStart;
    this.intersectionEnd = intersectionEnd;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(lanes.length);
    for (int i = 0; i < lanes.length; i++) {
      out.writeBoolean(onRoute[i]);
      lanes[i].write(out);
    }
    out.writeInt(drivable.length);
    for (AreaPolygon area : drivable) {
      area.write(out);
    }
    out.writeInt(intersectionStart);
    out.writeInt(intersectionEnd);
  }

  static RoadAreas read(DataInputStream in) throws IOException {
    AreaPolygon[] lanes = new AreaPolygon[in.readInt()];
    boolean[] onRoute = new boolean[lanes.length];
    for (int i = 0; i < lanes.length; i++) {
      onRoute[i] = in.readBoolean();
      lanes[i] = AreaPolygon.read(in);
    }
    AreaPolygon[] drivable = new AreaPolygon[in.readInt()];
    for (int i = 0; i < drivable.length; i++) {
      drivable[i] = AreaPolygon.read(in);
    }
    return new RoadAreas(lanes, onRoute, drivable, in.readInt(), in.readInt());
  }

  /** More than one lane holds a corner, and none holds all four. */
  boolean inMultipleLanes(double[] box, int at) {
    int holding = 0;
    for (AreaPolygon lane : lanes) {
      int corners = corners(lane, box, at);
      if (corners == ALL) {
        return false;
      }
      if (corners != 0) {
        holding++;
      }
    }
    return holding > 1;
  }

  /** A corner is in no drivable polygon. */
  boolean leavesRoad(double[] box, int at) {
    int inside = 0;
    for (AreaPolygon area : drivable) {
      inside |= corners(area, box, at);
      if (inside == ALL) {
        return false;
      }
    }
    return true;
  }

  /** The centre is in no lane of the route. */
  boolean offRoute(double x, double y) {
    for (int i = 0; i < lanes.length; i++) {
      if (onRoute[i] && lanes[i].containsStrictly(x, y)) {
        return false;
      }
    }
    return true;
  }

  /** The point is in an intersection. */
  boolean inIntersection(double x, double y) {
    for (int i = intersectionStart; i < intersectionEnd; i++) {
      if (drivable[i].containsStrictly(x, y)) {
        return true;
      }
    }
    return false;
  }

  private static int corners(AreaPolygon area, double[] box, int at) {
    if (box[at + Boxes.CENTRE] < area.minX() - REACH
        || box[at + Boxes.CENTRE] > area.maxX() + REACH
        || box[at + Boxes.CENTRE + 1] < area.minY() - REACH
        || box[at + Boxes.CENTRE + 1] > area.maxY() + REACH) {
      return 0;
    }
    int inside = 0;
    for (int k = 0; k < 4; k++) {
      if (area.containsStrictly(box[at + 2 * k], box[at + 2 * k + 1])) {
        inside |= 1 << k;
      }
    }
    return inside;
  }
}
