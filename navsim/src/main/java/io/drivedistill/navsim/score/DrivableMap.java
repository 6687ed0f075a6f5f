package io.drivedistill.navsim.score;

import io.drivedistill.navsim.map.Lane;
import io.drivedistill.navsim.map.MapArea;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.map.Roadblock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.index.strtree.STRtree;

/** The polygons around the ego on which driving is judged (SPEC-pdms section 8). Immutable. */
final class DrivableMap {
  private static final double RADIUS_M = 100;
  private static final int NODE_CAPACITY = 10;

  private final List<Entry> entries;

  /** Kinds of polygons. */
  enum Kind {
    ROADBLOCK,
    LANE,
    LANE_CONNECTOR,
    INTERSECTION,
    CARPARK_AREA
  }

  /** One polygon with its feature id. */
  record Entry(String token, Kind kind, Geometry geometry) {}

  private DrivableMap(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** The polygons around a point, the ego's centre. */
  static DrivableMap around(RoadMap map, double x, double y) {
    List<Roadblock> blocks = map.roadblocks().near(x, y, RADIUS_M);
    List<Entry> entries = new ArrayList<>();
    for (Roadblock block : blocks) {
      entries.add(new Entry(block.id(), Kind.ROADBLOCK, block.polygon()));
    }
    for (Roadblock block : blocks) {
      addLanes(entries, block, Kind.LANE);
    }
    for (Roadblock block : map.roadblockConnectors().near(x, y, RADIUS_M)) {
      addLanes(entries, block, Kind.LANE_CONNECTOR);
    }
    for (MapArea area : map.intersections().near(x, y, RADIUS_M)) {
      entries.add(new Entry(area.id(), Kind.INTERSECTION, area.polygon()));
    }
    for (MapArea area : map.carparks().near(x, y, RADIUS_M)) {
      entries.add(new Entry(area.id(), Kind.CARPARK_AREA, area.polygon()));
    }
    return new DrivableMap(entries);
  }

  private static void addLanes(List<Entry> entries, Roadblock block, Kind kind) {
    for (Lane lane : block.lanes()) {
      entries.add(new Entry(lane.id(), kind, lane.polygon()));
    }
  }

  /** The polygons in map order. */
  List<Entry> entries() {
    return entries;
  }

  /**
   * Tokens of the polygons that meet a point, in the order in which the official code's tree visits
   * them (SPEC-pdms 18.11), which decides exact ties.
   */
  List<String> at(double x, double y) {
    STRtree tree = new STRtree(NODE_CAPACITY);
    for (Entry entry : entries) {
      tree.insert(entry.geometry().getEnvelopeInternal(), entry);
    }
    List<String> tokens = new ArrayList<>();
    for (Object found : tree.query(new Envelope(x, x, y, y))) {
      Entry entry = (Entry) found;
      if (AreaPolygon.of(entry.geometry()).covers(x, y)) {
        tokens.add(entry.token());
      }
    }
    return tokens;
  }

  /** The polygons in the form in which rows are judged. */
  RoadAreas areas(Set<String> routeLanes) {
    return new RoadAreas(entries, routeLanes);
  }
}
