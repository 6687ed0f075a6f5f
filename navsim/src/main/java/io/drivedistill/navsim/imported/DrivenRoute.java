package io.drivedistill.navsim.imported;

import io.drivedistill.navsim.map.BaselinePath;
import io.drivedistill.navsim.map.Lane;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.map.Roadblock;
import io.drivedistill.navsim.scene.Pose2;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The roadblocks that a human drove along: the sequence of blocks that fits the poses best (Viterbi
 * over a hidden Markov model whose states are the blocks near a pose, as in P. Newson and J. Krumm,
 * "Hidden Markov map matching through noise and sparseness", 2009). Behind the last pose the route
 * goes on as straight as it can, because a planner needs a road ahead there too.
 */
final class DrivenRoute {
  private static final double SEARCH_M = 8;
  private static final double POSITION_SCALE_M = 1.5;
  private static final double HEADING_SCALE_RAD = 0.4;
  private static final double WRONG_WAY_RAD = Math.PI / 2;
  private static final double HOP_COST = 0.5;
  private static final double JUMP_COST = 60;
  private static final int MOST_HOPS = 3;
  private static final double AHEAD_M = 200;

  private final RoadMap map;

  private DrivenRoute(RoadMap map) {
    this.map = map;
  }

  /**
   * Ids of the roadblocks and roadblock connectors in the order of driving; empty if the drive is
   * nowhere near a lane of its direction.
   *
   * @param poses rear axle poses in the map, dense enough not to skip more than three blocks
   */
  static List<String> along(RoadMap map, List<Pose2> poses) {
    return new DrivenRoute(map).match(poses);
  }

  /** The best way to end in a block: what it cost and the blocks passed, linked backwards. */
  private record Way(Roadblock block, double cost, Way before) {}

  private List<String> match(List<Pose2> poses) {
    Map<String, Way> best = Map.of();
    for (Pose2 pose : poses) {
      Map<Roadblock, Double> fits = fits(pose);
      if (fits.isEmpty()) {
        continue;
      }
      Map<String, Way> next = new LinkedHashMap<>();
      for (Way way : best.values()) {
        reach(way, fits, next);
      }
      Way cheapest = best.values().stream().reduce((a, b) -> b.cost < a.cost ? b : a).orElse(null);
      double jump = cheapest == null ? 0 : cheapest.cost + JUMP_COST;
      fits.forEach((block, cost) -> offer(next, new Way(block, jump + cost, cheapest)));
      best = next;
    }
    Way end = best.values().stream().reduce((a, b) -> b.cost < a.cost ? b : a).orElse(null);
    List<Roadblock> blocks = new ArrayList<>();
    for (Way way = end; way != null; way = way.before) {
      if (blocks.isEmpty() || !blocks.get(0).id().equals(way.block.id())) {
        blocks.add(0, way.block);
      }
    }
    goOn(blocks);
    return blocks.stream().map(Roadblock::id).toList();
  }

  /** Offers all ways on from a block to blocks that fit, over blocks between them too. */
  private void reach(Way way, Map<Roadblock, Double> fits, Map<String, Way> next) {
    List<Way> front = List.of(way);
    for (int hops = 0; hops <= MOST_HOPS && !front.isEmpty(); hops++) {
      List<Way> further = new ArrayList<>();
      for (Way here : front) {
        Double cost = fits.get(here.block);
        if (cost != null) {
          offer(next, new Way(here.block, here.cost + cost, hops == 0 ? way.before : here.before));
        }
        for (String id : here.block.outgoingIds()) {
          Roadblock after = map.block(id);
          if (after != null) {
            further.add(new Way(after, here.cost + HOP_COST, here));
          }
        }
      }
      front = further;
    }
  }

  private static void offer(Map<String, Way> next, Way way) {
    next.merge(way.block.id(), way, (a, b) -> b.cost < a.cost ? b : a);
  }

  /** What the blocks near a pose cost: squares of distance and turn of their best lane. */
  private Map<Roadblock, Double> fits(Pose2 pose) {
    List<Roadblock> near = new ArrayList<>(map.roadblocks().near(pose.xM(), pose.yM(), SEARCH_M));
    near.addAll(map.roadblockConnectors().near(pose.xM(), pose.yM(), SEARCH_M));
    Map<Roadblock, Double> fits = new LinkedHashMap<>();
    for (Roadblock block : near) {
      for (Lane lane : block.lanes()) {
        BaselinePath line = lane.baseline();
        int vertex = line.nearestVertex(pose.xM(), pose.yM());
        double turn = Math.abs(Pose2.wrap(line.headingRad(vertex) - pose.headingRad()));
        double apart = line.distance(vertex, pose.xM(), pose.yM());
        if (turn < WRONG_WAY_RAD && apart < SEARCH_M) {
          double cost = square(apart / POSITION_SCALE_M) + square(turn / HEADING_SCALE_RAD);
          fits.merge(block, cost, Math::min);
        }
      }
    }
    return fits;
  }

  private static double square(double x) {
    return x * x;
  }

  private void goOn(List<Roadblock> blocks) {
    Set<String> seen = new HashSet<>();
    blocks.forEach(block -> seen.add(block.id()));
    double aheadM = 0;
    while (!blocks.isEmpty() && aheadM < AHEAD_M) {
      Roadblock last = blocks.get(blocks.size() - 1);
      Roadblock straightest = null;
      for (String id : last.outgoingIds()) {
        Roadblock next = map.block(id);
        if (next != null
            && !next.lanes().isEmpty()
            && (straightest == null || turnRad(last, next) < turnRad(last, straightest))) {
          straightest = next;
        }
      }
      if (straightest == null || !seen.add(straightest.id())) {
        return;
      }
      blocks.add(straightest);
      aheadM += straightest.lanes().get(0).baseline().lengthM();
    }
  }

  /** By how much a way that follows turns until its end. */
  private static double turnRad(Roadblock from, Roadblock to) {
    BaselinePath before = from.lanes().get(0).baseline();
    BaselinePath after = to.lanes().get(0).baseline();
    return Math.abs(
        Pose2.wrap(after.headingRad(after.size() - 1) - before.headingRad(before.size() - 1)));
  }
}
