package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Junction.Arm;
import io.drivedistill.navsim.town.Lane.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lanes, junctions and how they hang together; roads are added first, then the junctions. */
final class RoadNetwork {
  private static final double STEP_M = 1.0;
  private static final double MOST_TURN_RAD = 2.5;
  private static final double CROSSING_DISTANCE_M = 2.7;

  /** Largest change of direction of a straight movement at an ordinary crossing. */
  static final double STRAIGHT_WITHIN_RAD = 0.6;

  final List<Road> roads = new ArrayList<>();
  final List<Roadblock> laneBlocks = new ArrayList<>();
  final List<Lane> lanes = new ArrayList<>();
  final List<Junction> junctions = new ArrayList<>();
  private final Map<Road, Roadblock[]> blocksOfRoads = new HashMap<>();
  private int nextId;

  /**
   * @param firstId first map id; all further ids follow it
   */
  RoadNetwork(int firstId) {
    this.nextId = firstId;
  }

  /** A fresh map id. */
  int newId() {
    return nextId++;
  }

  /** Adds a road with its lanes and returns it. */
  Road addRoad(Road road) {
    roads.add(road);
    Roadblock forward = addLanes(road, road.center(), road.lanesForward());
    Roadblock backward =
        road.oneWay() ? null : addLanes(road, road.center().reversed(), road.lanesBackward());
    blocksOfRoads.put(road, new Roadblock[] {forward, backward});
    return road;
  }

  private Roadblock addLanes(Road road, Polyline center, int count) {
    Roadblock block = Roadblock.ofLanes(newId(), road);
    double left = road.oneWay() ? count * Lane.WIDTH_M / 2 : 0;
    for (int k = 0; k < count; k++) {
      Polyline baseline = center.offset(left - (k + 0.5) * Lane.WIDTH_M);
      Lane lane =
          new Lane(
              newId(),
              k,
              block,
              baseline,
              Lane.WIDTH_M / 2,
              Lane.WIDTH_M / 2,
              road.speedLimitMps(),
              Turn.STRAIGHT,
              0,
              -1);
      block.lanes.add(lane);
      lanes.add(lane);
    }
    double leftShoulder = road.oneWay() ? Road.SHOULDER_M : 0;
    block.polygon =
        center
            .offset(left - count * Lane.WIDTH_M - Road.SHOULDER_M)
            .ringWith(center.offset(left + leftShoulder));
    laneBlocks.add(block);
    return block;
  }

  /** The start of a road as an arm of a junction. */
  Arm armAtStart(Road road, int phase, int rank) {
    Roadblock[] blocks = blocksOfRoads.get(road);
    double left = road.leftEdgeM() + Road.SHOULDER_M;
    double right = road.rightEdgeM() + Road.SHOULDER_M;
    Polyline center = road.center();
    return new Arm(
        center.x(0),
        center.y(0),
        center.firstHeading(),
        left,
        right,
        blocks[1],
        blocks[0],
        phase,
        rank);
  }

  /** The end of a road as an arm of a junction. */
  Arm armAtEnd(Road road, int phase, int rank) {
    Roadblock[] blocks = blocksOfRoads.get(road);
    double left = road.rightEdgeM() + Road.SHOULDER_M;
    double right = road.leftEdgeM() + Road.SHOULDER_M;
    Polyline center = road.center();
    int last = center.size() - 1;
    return new Arm(
        center.x(last),
        center.y(last),
        Angles.wrap(center.lastHeading() + Math.PI),
        left,
        right,
        blocks[0],
        blocks[1],
        phase,
        rank);
  }

  /** Joins roads: builds the connectors of every allowed movement and the paved area. */
  Junction addJunction(
      double centerX, double centerY, boolean lights, double straightWithinRad, List<Arm> arms) {
    Junction junction = new Junction(newId(), centerX, centerY, lights, straightWithinRad);
    junction.arms.addAll(arms);
    junction.arms.sort(
        (a, b) ->
            Double.compare(
                Math.atan2(a.y() - centerY, a.x() - centerX),
                Math.atan2(b.y() - centerY, b.x() - centerX)));
    for (Arm from : junction.arms) {
      if (from.incoming() != null) {
        connect(junction, from);
      }
    }
    junction.polygon = JunctionShape.pavedArea(junction.arms);
    for (Roadblock block : junction.connectorBlocks) {
      Lane first = block.lanes.get(0);
      Lane last = block.lanes.get(block.lanes.size() - 1);
      block.polygon = last.rightBoundary.ringWith(first.leftBoundary);
    }
    findConflicts(junction);
    junctions.add(junction);
    return junction;
  }

  private void connect(Junction junction, Arm from) {
    List<Lane> lanesIn = from.incoming().lanes;
    int in = lanesIn.size();
    boolean[] used = new boolean[in];
    boolean hasLeft = false;
    for (Arm to : junction.arms) {
      hasLeft |=
          !to.equals(from) && to.outgoing() != null && turnOf(junction, from, to) == Turn.LEFT;
    }
    for (Arm to : junction.arms) {
      if (!isAllowed(from, to)) {
        continue;
      }
      int out = to.outgoing().lanes.size();
      switch (turnOf(junction, from, to)) {
        case LEFT -> connectLane(junction, from, to, 0, 0, used);
        case RIGHT -> connectLane(junction, from, to, in - 1, out - 1, used);
        case STRAIGHT -> {
          int firstStraight = in >= 3 && hasLeft ? 1 : 0;
          for (int k = in - 1; k >= firstStraight && in - 1 - k < out; k--) {
            connectLane(junction, from, to, k, out - (in - k), used);
          }
        }
      }
    }
    for (int k = 0; k < in; k++) {
      if (!used[k]) {
        connectUnused(junction, from, k, used);
      }
    }
  }

  /** A lane without movement so far joins the widest exit. */
  private void connectUnused(Junction junction, Arm from, int lane, boolean[] used) {
    Arm widest = null;
    for (Arm to : junction.arms) {
      if (isAllowed(from, to)
          && (widest == null || to.outgoing().lanes.size() > widest.outgoing().lanes.size())) {
        widest = to;
      }
    }
    if (widest == null) {
      throw new IllegalStateException("A junction needs an exit for every entry.");
    }
    int out = widest.outgoing().lanes.size();
    connectLane(junction, from, widest, lane, Math.min(lane, out - 1), used);
  }

  /** Everything but turning round. */
  private static boolean isAllowed(Arm from, Arm to) {
    double turn = Angles.wrap(to.outwardRad() - from.outwardRad() - Math.PI);
    return to.outgoing() != null && !to.equals(from) && Math.abs(turn) < MOST_TURN_RAD;
  }

  private static Turn turnOf(Junction junction, Arm from, Arm to) {
    double turn = Angles.wrap(to.outwardRad() - from.outwardRad() - Math.PI);
    if (Math.abs(turn) < junction.straightWithinRad) {
      return Turn.STRAIGHT;
    }
    return turn > 0 ? Turn.LEFT : Turn.RIGHT;
  }

  private void connectLane(
      Junction junction, Arm from, Arm to, int fromIndex, int toIndex, boolean[] used) {
    used[fromIndex] = true;
    Lane entry = from.incoming().lanes.get(fromIndex);
    Lane exit = to.outgoing().lanes.get(toIndex);
    Polyline a = entry.baseline;
    Polyline b = exit.baseline;
    int last = a.size() - 1;
    Polyline baseline =
        Curves.between(
            a.x(last), a.y(last), a.lastHeading(), b.x(0), b.y(0), b.firstHeading(), STEP_M);
    Turn turn = turnOf(junction, from, to);
    Roadblock block = null;
    for (Roadblock candidate : junction.connectorBlocks) {
      if (candidate.from == entry.block && candidate.to == exit.block) {
        block = candidate;
      }
    }
    if (block == null) {
      block = Roadblock.ofConnectors(newId(), junction, entry.block, exit.block);
      junction.connectorBlocks.add(block);
    }
    double half = turn == Turn.STRAIGHT ? Lane.WIDTH_M / 2 : Lane.WIDTH_M / 2 + 0.3;
    Lane connector =
        new Lane(
            newId(),
            block.lanes.size(),
            block,
            baseline,
            half,
            half,
            Math.min(entry.speedLimitMps, exit.speedLimitMps),
            turn,
            from.rank() * 10 + (turn == Turn.LEFT ? 0 : 5),
            from.phase());
    block.lanes.add(connector);
    junction.connectors.add(connector);
    entry.next.add(connector);
    connector.previous.add(entry);
    block.lanes.sort((p, q) -> Integer.compare(p.previousIndex(), q.previousIndex()));
    connector.next.add(exit);
    exit.previous.add(connector);
  }

  private static void findConflicts(Junction junction) {
    for (Lane a : junction.connectors) {
      for (Lane b : junction.connectors) {
        if (a == b) {
          continue;
        }
        if (a.previous.get(0) == b.previous.get(0)) {
          a.diverging.add(b);
        } else if (a.next.get(0) == b.next.get(0)) {
          a.merging.add(b);
        } else if (a.baseline.vertexDistance(b.baseline) < CROSSING_DISTANCE_M) {
          a.crossing.add(b);
        }
      }
    }
  }
}
