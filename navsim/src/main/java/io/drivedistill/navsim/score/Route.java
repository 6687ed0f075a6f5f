package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.map.Lane;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.map.Roadblock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.locationtech.jts.operation.overlayng.OverlayNG;
import org.locationtech.jts.operation.overlayng.OverlayNGRobust;

/**
 * The route of a scene after correction: blocks in order and the lanes on them (SPEC-pdms section
 * 9). Immutable.
 */
final class Route {
  private static final double SQUARE_HALF_SIZE_M = 1;
  private static final double HEADING_FITS_RAD = Math.PI / 4;
  private static final double DISPLACEMENT_FITS_M = 3;
  private static final int BACKWARD_DEPTH = 15;
  private static final int FORWARD_DEPTH = 30;
  private static final int GOALS = 3;
  private static final double LOOP_AREA_M2 = 1;

  private final List<Roadblock> blocks;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();

  private Route(List<Roadblock> blocks) {
    this.blocks = List.copyOf(blocks);
    for (Roadblock block : blocks) {
      for (Lane lane : block.lanes()) {
        // Ids of lanes and lane connectors may coincide: the later one replaces, as in the
        // official dictionary.
        lanes.put(lane.id(), lane);
      }
    }
  }

  /** Loads and corrects the route that a frame gives. */
  static Route of(RoadMap map, List<String> givenIds, EgoStart ego) {
    if (givenIds.isEmpty()) {
      throw new DriveDistillException(
          "The scene has no route, but the reference planner needs one.",
          "Maybe the scenes were chosen with has_route: false.");
    }
    List<String> ids = distinct(givenIds);
    ids = new ArrayList<>(join(map, ids, ego));
    // A block that is on the way twice ends the route, so repetitions go only after the cut.
    List<Roadblock> way = cutLoop(blocks(map, fillGaps(map, ids)));
    return new Route(blocks(map, distinct(way.stream().map(Roadblock::id).toList())));
  }

  List<Roadblock> blocks() {
    return blocks;
  }

  List<String> blockIds() {
    return blocks.stream().map(Roadblock::id).toList();
  }

  /** Lanes and lane connectors on the route, in route order. */
  Map<String, Lane> lanes() {
    return lanes;
  }

  private static List<String> distinct(List<String> ids) {
    return List.copyOf(new LinkedHashSet<>(ids));
  }

  private static List<Roadblock> blocks(RoadMap map, List<String> ids) {
    List<Roadblock> blocks = new ArrayList<>();
    for (String id : ids) {
      Roadblock block = map.block(id);
      if (block == null) {
        throw new DriveDistillException(
            "The route names block " + id + ", which map '" + map.location() + "' does not have.",
            "Maybe log and map are of different versions.");
      }
      blocks.add(block);
    }
    return blocks;
  }

  /** A candidate for the block that the ego is on. */
  private record Candidate(Roadblock block, double displacementM) {}

  /** Fix 1: leads the route to the block that the ego is on. */
  private static List<String> join(RoadMap map, List<String> ids, EgoStart ego) {
    List<Candidate> candidates = startingCandidates(map, ids, ego);
    Candidate start = least(candidates);
    if (ids.contains(start.block().id())) {
      return ids;
    }
    Set<String> goals = new LinkedHashSet<>();
    candidates.forEach(candidate -> goals.add(candidate.block().id()));
    Roadblock first = blocks(map, ids.subList(0, 1)).get(0);
    Optional<List<String>> behind =
        new RoadblockSearch(map, true).find(first, goals, BACKWARD_DEPTH);
    List<String> joined = new ArrayList<>();
    if (behind.isPresent()) {
      joined.addAll(behind.get().subList(0, behind.get().size() - 1));
      joined.addAll(ids);
      return joined;
    }
    Set<String> ahead = Set.copyOf(ids.subList(0, Math.min(GOALS, ids.size())));
    Optional<List<String>> path =
        new RoadblockSearch(map, false).find(start.block(), ahead, FORWARD_DEPTH);
    if (path.isEmpty()) {
      return ids;
    }
    String reached = path.get().get(path.get().size() - 1);
    joined.addAll(path.get());
    joined.addAll(ids.subList(ids.indexOf(reached) + 1, ids.size()));
    return joined;
  }

  /** The list that the starting block is chosen from, one entry per fitting lane. */
  private static List<Candidate> startingCandidates(RoadMap map, List<String> ids, EgoStart ego) {
    List<Roadblock> near =
        new ArrayList<>(map.roadblocks().near(ego.x(), ego.y(), SQUARE_HALF_SIZE_M));
    near.addAll(map.roadblockConnectors().near(ego.x(), ego.y(), SQUARE_HALF_SIZE_M));
    if (near.isEmpty()) {
      addPresent(near, map.roadblocks().nearest(ego.x(), ego.y()));
      addPresent(near, map.roadblockConnectors().nearest(ego.x(), ego.y()));
    }
    List<Candidate> onRoute = new ArrayList<>();
    List<Candidate> offRoute = new ArrayList<>();
    List<Candidate> all = new ArrayList<>();
    for (Roadblock block : near) {
      double closest = Double.POSITIVE_INFINITY;
      for (Lane lane : block.lanes()) {
        int vertex = lane.baseline().nearestVertex(ego.x(), ego.y());
        double displacement = lane.baseline().distance(vertex, ego.x(), ego.y());
        double error = Math.abs(Angles.wrap(lane.baseline().headingRad(vertex) - ego.heading()));
        closest = Math.min(closest, displacement);
        if (error < HEADING_FITS_RAD && displacement < DISPLACEMENT_FITS_M) {
          (ids.contains(block.id()) ? onRoute : offRoute).add(new Candidate(block, displacement));
        }
      }
      all.add(new Candidate(block, closest));
    }
    return !onRoute.isEmpty() ? onRoute : !offRoute.isEmpty() ? offRoute : all;
  }

  private static void addPresent(List<Roadblock> list, Roadblock block) {
    if (block != null) {
      list.add(block);
    }
  }

  private static Candidate least(List<Candidate> candidates) {
    Candidate least = candidates.get(0);
    for (Candidate candidate : candidates) {
      if (candidate.displacementM() < least.displacementM()) {
        least = candidate;
      }
    }
    return least;
  }

  /** Fix 2: fills gaps between blocks that do not touch. */
  private static List<String> fillGaps(RoadMap map, List<String> ids) {
    List<String> filled = new ArrayList<>(ids);
    int offset = 1;
    for (int i = 0; i + 1 < ids.size(); i++) {
      Roadblock next = blocks(map, ids.subList(i + 1, i + 2)).get(0);
      if (next.incomingIds().contains(ids.get(i))) {
        continue;
      }
      Roadblock from = blocks(map, ids.subList(i, i + 1)).get(0);
      List<String> path =
          new RoadblockSearch(map, false)
              .find(from, Set.of(next.id()), FORWARD_DEPTH)
              .orElse(List.of());
      if (path.size() >= 3) {
        List<String> inner = path.subList(1, path.size() - 1);
        filled.addAll(i + offset, inner);
        offset += inner.size();
      }
    }
    return filled;
  }

  /** Fix 3: ends the route where it crosses itself. */
  private static List<Roadblock> cutLoop(List<Roadblock> blocks) {
    List<Roadblock> seen = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      Roadblock block = blocks.get(i);
      if (!block.connector()) {
        continue;
      }
      for (Roadblock before : seen) {
        boolean near =
            before
                .polygon()
                .getEnvelopeInternal()
                .intersects(block.polygon().getEnvelopeInternal());
        if (near && overlap(before, block) > LOOP_AREA_M2) {
          return blocks.subList(0, i);
        }
      }
      seen.add(block);
    }
    return blocks;
  }

  private static double overlap(Roadblock a, Roadblock b) {
    return OverlayNGRobust.overlay(a.polygon(), b.polygon(), OverlayNG.INTERSECTION).getArea();
  }
}
