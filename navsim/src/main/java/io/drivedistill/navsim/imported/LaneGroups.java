package io.drivedistill.navsim.imported;

import io.drivedistill.navsim.scene.Pose2;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Lanes beside each other in one direction: the roadblocks of nuPlan. */
final class LaneGroups {
  private static final double SAME_DIRECTION_RAD = Math.PI / 4;

  private LaneGroups() {}

  /**
   * Groups lanes by their neighbours. Neighbours stay apart where a group would hold a lane and its
   * own continuation, as beside a lane that is longer than they are.
   */
  static List<List<RoadSegment>> of(List<RoadSegment> lanes) {
    Map<String, RoadSegment> byKey = new LinkedHashMap<>();
    Map<String, Integer> groupOf = new LinkedHashMap<>();
    Map<Integer, List<RoadSegment>> groups = new LinkedHashMap<>();
    for (RoadSegment lane : lanes) {
      byKey.put(lane.key(), lane);
      groupOf.put(lane.key(), groups.size());
      groups.put(groups.size(), new ArrayList<>(List.of(lane)));
    }
    for (RoadSegment lane : lanes) {
      for (String key : lane.neighbours()) {
        RoadSegment neighbour = byKey.get(key);
        if (neighbour == null || !sameDirection(lane, neighbour)) {
          continue;
        }
        int own = groupOf.get(lane.key());
        int other = groupOf.get(key);
        if (own != other && apart(groups.get(own), groups.get(other))) {
          for (RoadSegment moved : groups.remove(other)) {
            groups.get(own).add(moved);
            groupOf.put(moved.key(), own);
          }
        }
      }
    }
    return List.copyOf(groups.values());
  }

  private static boolean apart(List<RoadSegment> a, List<RoadSegment> b) {
    return !leads(a, b) && !leads(b, a);
  }

  private static boolean sameDirection(RoadSegment a, RoadSegment b) {
    double turn = Outlines.directionRad(a.centreline()) - Outlines.directionRad(b.centreline());
    return Math.abs(Pose2.wrap(turn)) < SAME_DIRECTION_RAD;
  }

  private static boolean leads(List<RoadSegment> from, List<RoadSegment> to) {
    Set<String> keys = to.stream().map(RoadSegment::key).collect(Collectors.toSet());
    return from.stream().anyMatch(lane -> lane.successors().stream().anyMatch(keys::contains));
  }
}
