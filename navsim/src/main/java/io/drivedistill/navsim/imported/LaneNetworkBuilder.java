package io.drivedistill.navsim.imported;

import io.drivedistill.navsim.imported.LaneNetwork.Block;
import io.drivedistill.navsim.imported.LaneNetwork.BlockLink;
import io.drivedistill.navsim.imported.LaneNetwork.Connector;
import io.drivedistill.navsim.imported.LaneNetwork.Lane;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.Polygon;

/**
 * Turns a surveyed road into a {@link LaneNetwork}.
 *
 * <p>Segments off junctions become lanes, lanes beside each other a roadblock. Every way over a
 * junction from lane to lane becomes one connector, however many segments it has. Where a source's
 * lane follows a lane directly, as where a lane splits, nuPlan wants a connector all the same: it
 * takes the first metres of the second lane's centre line. A junction segment at the edge of the
 * map, which nothing leads to or which leads nowhere, is a lane.
 */
final class LaneNetworkBuilder {
  private static final double LONGEST_JOINT_M = 4;
  private static final double LARGEST_JOINT_SHARE = 0.4;
  private static final int LONGEST_WAY = 12;

  private final Map<String, RoadSegment> segments = new LinkedHashMap<>();
  private final Map<String, Integer> predecessors = new LinkedHashMap<>();
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final Map<List<Block>, BlockLink> links = new LinkedHashMap<>();
  private int nextId;

  private LaneNetworkBuilder(SurveyedMap map, int firstId) {
    this.nextId = firstId;
    for (RoadSegment segment : map.segments()) {
      segments.putIfAbsent(segment.key(), segment);
    }
    for (RoadSegment segment : segments.values()) {
      for (RoadSegment next : successors(segment)) {
        predecessors.merge(next.key(), 1, Integer::sum);
      }
    }
  }

  /** The network of a map; ids count from {@code firstId}. */
  static LaneNetwork build(SurveyedMap map, int firstId) {
    LaneNetworkBuilder builder = new LaneNetworkBuilder(map, firstId);
    Map<String, List<Way>> ways = new LinkedHashMap<>();
    Set<String> joined = new HashSet<>();
    for (RoadSegment segment : builder.segments.values()) {
      if (builder.isLane(segment)) {
        List<Way> found = builder.waysFrom(segment);
        ways.put(segment.key(), found);
        found.stream().filter(way -> way.over.isEmpty()).forEach(way -> joined.add(way.to.key()));
      }
    }
    List<Block> blocks = builder.addLanes(joined);
    ways.forEach((from, list) -> list.forEach(way -> builder.connect(from, way)));
    List<BlockLink> links = List.copyOf(builder.links.values());
    return new LaneNetwork(blocks, links, Intersections.find(links, map.drivableAreas()));
  }

  /** Junction segments from one lane to the next. */
  private record Way(List<RoadSegment> over, RoadSegment to) {
    double lengthM() {
      return over.stream().mapToDouble(segment -> segment.centreline().getLength()).sum();
    }
  }

  private List<RoadSegment> successors(RoadSegment segment) {
    return segment.successors().stream()
        .distinct()
        .filter(key -> segments.containsKey(key) && !key.equals(segment.key()))
        .map(segments::get)
        .toList();
  }

  private boolean isLane(RoadSegment segment) {
    return !segment.inJunction()
        || !predecessors.containsKey(segment.key())
        || successors(segment).isEmpty();
  }

  /** The shortest way to every lane that follows. */
  private List<Way> waysFrom(RoadSegment lane) {
    Map<String, Way> shortest = new LinkedHashMap<>();
    List<List<RoadSegment>> open = new ArrayList<>(List.of(List.of()));
    for (int depth = 0; depth <= LONGEST_WAY && !open.isEmpty(); depth++) {
      List<List<RoadSegment>> longer = new ArrayList<>();
      for (List<RoadSegment> over : open) {
        for (RoadSegment next : successors(depth == 0 ? lane : over.get(over.size() - 1))) {
          if (isLane(next)) {
            shortest.merge(
                next.key(), new Way(over, next), (a, b) -> b.lengthM() < a.lengthM() ? b : a);
          } else if (!over.contains(next)) {
            List<RoadSegment> way = new ArrayList<>(over);
            way.add(next);
            longer.add(way);
          }
        }
      }
      open = longer;
    }
    shortest.remove(lane.key());
    return List.copyOf(shortest.values());
  }

  private List<Block> addLanes(Set<String> joined) {
    List<RoadSegment> all = segments.values().stream().filter(this::isLane).toList();
    List<Block> blocks = new ArrayList<>();
    for (List<RoadSegment> group : LaneGroups.of(all)) {
      Block block = new Block(nextId++);
      blocks.add(block);
      for (RoadSegment segment : group) {
        LineString line = segment.centreline();
        LineString own =
            joined.contains(segment.key())
                ? Outlines.part(line, jointM(line), line.getLength())
                : line;
        lanes.put(segment.key(), new Lane(nextId++, block, own, Outlines.largest(segment.area())));
      }
    }
    return blocks;
  }

  /** How much of a lane's centre line goes to the connectors that lead to it. */
  private static double jointM(LineString line) {
    return Math.min(LONGEST_JOINT_M, LARGEST_JOINT_SHARE * line.getLength());
  }

  private void connect(String fromKey, Way way) {
    Lane from = lanes.get(fromKey);
    Lane to = lanes.get(way.to.key());
    LineString line;
    Polygon area;
    if (way.over.isEmpty()) {
      LineString whole = way.to.centreline();
      line = Outlines.part(whole, 0, jointM(whole));
      area = Outlines.strip(line, way.to.widthM());
    } else {
      line = Outlines.joined(way.over.stream().map(RoadSegment::centreline).toList());
      area = Outlines.largest(Outlines.union(way.over.stream().map(RoadSegment::area).toList()));
    }
    if (area == null || line.getLength() == 0) {
      return;
    }
    BlockLink link =
        links.computeIfAbsent(
            List.of(from.block, to.block), pair -> new BlockLink(nextId++, from.block, to.block));
    link.connectors.add(new Connector(nextId++, from, to, line, area, !way.over.isEmpty()));
  }
}
