package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Junction.Light;
import java.util.List;

/**
 * Who may enter a connector: green light, nobody on a crossing connector, a sufficient gap before
 * those who go first, room behind the junction.
 */
final class RightOfWay {
  private static final double APPROACH_M = 75;
  private static final double CAN_STOP_MPS2 = 2.6;

  private final Traffic traffic;

  RightOfWay(Traffic traffic) {
    this.traffic = traffic;
  }

  /** Renews the grants of a vehicle for the connectors ahead of it. */
  void update(Vehicle vehicle) {
    double distance = vehicle.lane().length() - vehicle.arcLengthM - vehicle.build.frontM();
    double request = vehicle.speedMps * vehicle.speedMps / (2 * 1.5) + 14;
    for (int i = vehicle.pathIndex + 1; i < vehicle.path.size() && distance < request; i++) {
      Lane lane = vehicle.path.get(i);
      if (lane.isConnector()) {
        boolean granted = vehicle.granted.contains(lane);
        if (granted && mustGiveBack(vehicle, lane, distance)) {
          vehicle.granted.remove(lane);
          granted = false;
        }
        if (!granted) {
          if (!mayEnter(vehicle, lane, distance)) {
            return;
          }
          vehicle.granted.add(lane);
        }
      }
      distance += lane.length();
    }
  }

  private boolean mustGiveBack(Vehicle vehicle, Lane connector, double distance) {
    if (distance < 0) {
      return false;
    }
    boolean closed =
        vehicle.clearing != connector
            && traffic.light(connector) != Light.GREEN
            && canStop(vehicle, distance);
    boolean stuck = distance > 12 && vehicle.speedMps < 2;
    return closed || stuck;
  }

  static boolean canStop(Vehicle vehicle, double distance) {
    double stopAt = distance - 6;
    return stopAt > vehicle.speedMps * vehicle.speedMps / (2 * CAN_STOP_MPS2);
  }

  private boolean mayEnter(Vehicle vehicle, Lane connector, double distance) {
    Light light = traffic.light(connector);
    boolean clears =
        connector.lightPhase >= 0
            && connector.turn == Lane.Turn.LEFT
            && vehicle.speedMps < 1.5
            && distance < 9
            && traffic.isClearing(connector);
    if (!clears && (light == Light.RED || (light == Light.AMBER && canStop(vehicle, distance)))) {
      return false;
    }
    for (Lane other : connector.crossing) {
      if (traffic.isGranted(other, vehicle) || givesWayTo(vehicle, connector, other)) {
        return false;
      }
    }
    for (Lane other : connector.merging) {
      boolean goesFirst = other.rank > connector.rank && traffic.isGranted(other, vehicle);
      if (goesFirst || givesWayTo(vehicle, connector, other)) {
        return false;
      }
    }
    if (!hasRoomBehind(vehicle, connector)) {
      return false;
    }
    if (clears) {
      vehicle.clearing = connector;
    }
    return true;
  }

  private boolean givesWayTo(Vehicle vehicle, Lane connector, Lane other) {
    if (other.rank <= connector.rank) {
      return false;
    }
    double clearS = vehicle.speedMps < 2 ? 5.0 : 3.8;
    return approaches(vehicle, other, other, 0, clearS);
  }

  /** Whether somebody reaches {@code goal} through {@code lane} within the time. */
  private boolean approaches(Vehicle asking, Lane goal, Lane lane, double beyond, double withinS) {
    for (Lane before : lane.previous) {
      for (Vehicle other : traffic.on(before)) {
        if (other == asking || !follows(other, before, goal)) {
          continue;
        }
        double distance = before.length() - other.arcLengthM - other.build.frontM() + beyond;
        boolean free = traffic.light(goal) == Light.GREEN || !canStop(other, distance);
        if (free && distance < Math.max(7, other.speedMps * withinS + 4)) {
          return true;
        }
      }
      double reach = beyond + before.length();
      if (reach < APPROACH_M && approaches(asking, goal, before, reach, withinS)) {
        return true;
      }
    }
    return false;
  }

  private static boolean follows(Vehicle vehicle, Lane from, Lane goal) {
    List<Lane> path = vehicle.path;
    for (int i = vehicle.pathIndex; i < path.size() && i < vehicle.pathIndex + 5; i++) {
      if (path.get(i) == goal) {
        return path.get(vehicle.pathIndex) == from;
      }
    }
    return false;
  }

  private boolean hasRoomBehind(Vehicle vehicle, Lane connector) {
    Lane exit = connector.next.get(0);
    double needed = vehicle.build.lengthM() + 2.5;
    for (Vehicle other : traffic.on(exit)) {
      if (other != vehicle
          && other.arcLengthM - other.build.rearOverhangM() < needed
          && other.speedMps < 3) {
        return false;
      }
    }
    return true;
  }
}
