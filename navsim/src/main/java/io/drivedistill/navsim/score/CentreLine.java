package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.map.BaselinePath;
import io.drivedistill.navsim.map.Lane;
import io.drivedistill.navsim.map.Roadblock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the lane to start from and the centre line along the route (SPEC-pdms section 10). */
final class CentreLine {
  private static final int SEARCH_BLOCKS = 30;

  private CentreLine() {}

  /** The lane of the route that the ego is on, or nearest to. */
  static Lane startingLane(Route route, DrivableMap drivable, EgoStart ego) {
    Lane best = null;
    double least = Double.POSITIVE_INFINITY;
    for (String token : drivable.at(ego.x(), ego.y())) {
      Lane lane = route.lanes().get(token);
      if (lane == null) {
        continue;
      }
      int vertex = lane.baseline().nearestVertex(ego.x(), ego.y());
      double error = Math.abs(Angles.wrap(lane.baseline().headingRad(vertex) - ego.heading()));
      if (error < least) {
        least = error;
        best = lane;
      }
    }
    if (route.lanes().isEmpty()) {
      throw new DriveDistillException(
          "The blocks of the route " + route.blockIds() + " have no lanes.",
          "Maybe log and map are of different versions.");
    }
    return best != null ? best : nearestLane(route, ego);
  }

  private static Lane nearestLane(Route route, EgoStart ego) {
    Lane best = null;
    double least = Double.POSITIVE_INFINITY;
    double[] footprint = ego.footprint();
    for (Lane lane : route.lanes().values()) {
      AreaPolygon polygon = AreaPolygon.of(lane.polygon());
      if (polygon.containsStrictly(ego.centreX(), ego.centreY())) {
        return lane;
      }
      double distance = polygon.distanceToBox(footprint, 0);
      if (distance < least) {
        least = distance;
        best = lane;
      }
    }
    return best;
  }

  /** The path from a starting lane to the end of the route, at most 30 blocks on. */
  static DiscretePath find(Route route, Lane start) {
    List<Lane> lanes = search(route, start);
    int size = lanes.stream().mapToInt(lane -> lane.baseline().size()).sum();
    double[] x = new double[size];
    double[] y = new double[size];
    double[] heading = new double[size];
    int at = 0;
    for (Lane lane : lanes) {
      BaselinePath line = lane.baseline();
      for (int i = 0; i < line.size(); i++) {
        x[at] = line.x(i);
        y[at] = line.y(i);
        heading[at++] = line.headingRad(i);
      }
    }
    return new DiscretePath(x, y, heading);
  }

  /** A lane that the search has seen. */
  private static final class Node {
    private final Lane lane;
    private double distance;
    private int depth;
    private Node parent;

    Node(Lane lane, double distance, int depth, Node parent) {
      this.lane = lane;
      this.distance = distance;
      this.depth = depth;
      this.parent = parent;
    }
  }

  /** Dijkstra's search over the lanes of the route. */
  private static List<Lane> search(Route route, Lane start) {
    List<Roadblock> blocks = route.blocks();
    int first = Math.max(0, route.blockIds().indexOf(start.roadblockId()));
    Roadblock goal = blocks.get(Math.min(first + SEARCH_BLOCKS, blocks.size()) - 1);
    List<Node> open = new ArrayList<>();
    List<Node> closed = new ArrayList<>();
    Map<String, Node> seen = new HashMap<>();
    Node root = new Node(start, 1, 1, null);
    open.add(root);
    seen.put(start.id(), root);
    while (!open.isEmpty()) {
      Node node = takeNearest(open);
      if (node.lane.roadblockId().equals(goal.id())) {
        return way(node);
      }
      closed.add(node);
      for (String id : node.lane.outgoingIds()) {
        Lane next = route.lanes().get(id);
        if (next == null) {
          continue;
        }
        double distance = node.distance + next.baseline().lengthM();
        Node known = seen.get(id);
        if (known == null) {
          Node fresh = new Node(next, distance, node.depth + 1, node);
          open.add(fresh);
          seen.put(id, fresh);
        } else if (open.contains(known) && known.distance > distance) {
          known.distance = distance;
          known.depth = node.depth + 1;
          known.parent = node;
        }
      }
    }
    return way(deepest(closed));
  }

  private static Node takeNearest(List<Node> open) {
    int nearest = 0;
    for (int i = 1; i < open.size(); i++) {
      if (open.get(i).distance < open.get(nearest).distance) {
        nearest = i;
      }
    }
    return open.remove(nearest);
  }

  private static Node deepest(List<Node> closed) {
    Node best = closed.get(0);
    for (Node node : closed) {
      if (node.depth > best.depth || (node.depth == best.depth && node.distance < best.distance)) {
        best = node;
      }
    }
    return best;
  }

  private static List<Lane> way(Node end) {
    List<Lane> lanes = new ArrayList<>();
    for (Node node = end; node != null; node = node.parent) {
      lanes.add(node.lane);
    }
    Collections.reverse(lanes);
    return lanes;
  }
}
