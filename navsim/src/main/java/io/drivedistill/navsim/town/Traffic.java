package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Junction.Light;
import io.drivedistill.navsim.town.Scenery.Crosswalk;
import io.drivedistill.navsim.town.Scenery.Stop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The traffic of a town over time, in steps of {@link #STEP_S}. The first vehicle is the expert.
 */
final class Traffic {
  static final double STEP_S = 0.1;
  private static final double LOOK_AHEAD_M = 90;
  private static final double PATH_AHEAD_M = 160;
  private static final double EGO_JERK_MPS3 = 2.2;
  private static final double OTHER_JERK_MPS3 = 4;

  private final SplittableRandom random;
  private final List<Vehicle> vehicles = new ArrayList<>();
  private final List<Pedestrian> pedestrians = new ArrayList<>();
  private final Map<Lane, List<Vehicle>> onLane = new HashMap<>();
  private final Map<Lane, List<CrosswalkOnLane>> crosswalks = new HashMap<>();
  private final RightOfWay rightOfWay = new RightOfWay(this);
  private double timeS;

  private record CrosswalkOnLane(Crosswalk crosswalk, double nearEdgeM) {}

  Traffic(Town town, SplittableRandom random) {
    this.random = random;
    this.timeS = random.nextDouble(0, 1000);
    for (Crosswalk crosswalk : town.scenery().crosswalks()) {
      for (List<Stop> stops : List.of(crosswalk.stops(), crosswalk.exits())) {
        for (Stop stop : stops) {
          crosswalks
              .computeIfAbsent(stop.lane(), lane -> new ArrayList<>())
              .add(new CrosswalkOnLane(crosswalk, stop.arcLengthM()));
        }
      }
    }
  }

  Vehicle ego() {
    return vehicles.get(0);
  }

  List<Vehicle> vehicles() {
    return vehicles;
  }

  List<Pedestrian> pedestrians() {
    return pedestrians;
  }

  double timeS() {
    return timeS;
  }

  /** Adds a vehicle if it keeps its distance from those that are there. */
  boolean add(Vehicle vehicle) {
    for (Vehicle other : vehicles) {
      double clearance = Math.hypot(other.x() - vehicle.x(), other.y() - vehicle.y());
      double needed = 0.5 * (other.build.lengthM() + vehicle.build.lengthM()) + 7;
      boolean sameLane = other.lane() == vehicle.lane();
      if (clearance < (sameLane ? needed : 2.5)) {
        return false;
      }
    }
    vehicles.add(vehicle);
    vehicle.extendPath(PATH_AHEAD_M);
    return true;
  }

  void add(Pedestrian pedestrian) {
    pedestrians.add(pedestrian);
  }

  List<Vehicle> on(Lane lane) {
    return onLane.getOrDefault(lane, List.of());
  }

  /** What the light over a connector shows; green where there is none. */
  Light light(Lane connector) {
    return connector.lightPhase < 0
        ? Light.GREEN
        : connector.block.junction.light(connector.lightPhase, timeS);
  }

  /** Whether the light over a connector has just ended its green. */
  boolean isClearing(Lane connector) {
    return connector.block.junction.isClearing(connector.lightPhase, timeS);
  }

  boolean isGranted(Lane connector, Vehicle exceptFor) {
    for (Vehicle vehicle : vehicles) {
      if (vehicle != exceptFor && vehicle.granted.contains(connector)) {
        return true;
      }
    }
    return false;
  }

  /** Lets everybody decide, then move. */
  void step() {
    onLane.clear();
    for (Vehicle vehicle : vehicles) {
      vehicle.extendPath(PATH_AHEAD_M);
      onLane.computeIfAbsent(vehicle.lane(), lane -> new ArrayList<>()).add(vehicle);
    }
    letPeopleCross();
    for (Vehicle vehicle : vehicles) {
      rightOfWay.update(vehicle);
    }
    for (Vehicle vehicle : vehicles) {
      vehicle.wantedMps2 = decide(vehicle);
    }
    for (Vehicle vehicle : vehicles) {
      vehicle.advance(STEP_S, vehicle == ego() ? EGO_JERK_MPS3 : OTHER_JERK_MPS3);
    }
    for (Pedestrian pedestrian : pedestrians) {
      pedestrian.advance(STEP_S, random.nextDouble(2, 14));
    }
    timeS += STEP_S;
  }

  private double decide(Vehicle vehicle) {
    double target = DriverModel.targetSpeed(vehicle);
    double wanted = DriverModel.free(vehicle.speedMps, target);
    double offset = -vehicle.arcLengthM;
    for (int i = vehicle.pathIndex; i < vehicle.path.size() && offset < LOOK_AHEAD_M; i++) {
      Lane lane = vehicle.path.get(i);
      boolean ahead = i > vehicle.pathIndex;
      if (ahead && lane.isConnector() && !vehicle.granted.contains(lane)) {
        wanted = Math.min(wanted, stopBefore(vehicle, target, vehicle.path.get(i - 1), offset));
      }
      wanted = Math.min(wanted, behindOthers(vehicle, target, lane, offset));
      wanted = Math.min(wanted, beforePeople(vehicle, target, lane, offset));
      offset += lane.length();
    }
    return wanted;
  }

  /** Stops at the line of the lane that ends {@code offset} metres ahead of the rear axle. */
  private double stopBefore(Vehicle vehicle, double target, Lane lane, double offset) {
    double line = lane.isConnector() ? 1.0 : StopLines.backM(lane.block.road);
    double gap = offset - line - vehicle.build.frontM();
    if (gap < -4) {
      gap = offset - 0.5 - vehicle.build.frontM();
    }
    return DriverModel.behind(vehicle.speedMps, target, gap + 0.5, 0, 0.5);
  }

  private double behindOthers(Vehicle vehicle, double target, Lane lane, double offset) {
    double wanted = Double.MAX_VALUE;
    for (Vehicle other : on(lane)) {
      double ahead = offset + other.arcLengthM;
      if (other != vehicle && ahead > 0) {
        wanted = Math.min(wanted, behind(vehicle, target, other, ahead));
      }
    }
    if (!lane.isConnector()) {
      return wanted;
    }
    for (Lane sibling : lane.diverging) {
      for (Vehicle other : on(sibling)) {
        double ahead = offset + other.arcLengthM;
        if (ahead > 0 && other.arcLengthM - other.build.rearOverhangM() < 9) {
          wanted = Math.min(wanted, behind(vehicle, target, other, ahead));
        }
      }
    }
    double toEnd = offset + lane.length();
    if (offset < 45) {
      for (Lane merging : lane.merging) {
        for (Vehicle other : on(merging)) {
          double otherToEnd = merging.length() - other.arcLengthM;
          if (otherToEnd < toEnd || (otherToEnd == toEnd && other.number < vehicle.number)) {
            wanted = Math.min(wanted, behind(vehicle, target, other, toEnd - otherToEnd));
          }
        }
      }
    }
    return wanted;
  }

  private static double behind(Vehicle vehicle, double target, Vehicle other, double ahead) {
    double gap = ahead - other.build.rearOverhangM() - vehicle.build.frontM();
    return DriverModel.behind(
        vehicle.speedMps, target, gap, other.speedMps, DriverModel.STANDSTILL_GAP_M);
  }

  private double beforePeople(Vehicle vehicle, double target, Lane lane, double offset) {
    double wanted = Double.MAX_VALUE;
    for (CrosswalkOnLane place : crosswalks.getOrDefault(lane, List.of())) {
      double gap = offset + place.nearEdgeM() - vehicle.build.frontM() - 1.2;
      if (gap > -2 && isOccupied(place.crosswalk())) {
        wanted = Math.min(wanted, DriverModel.behind(vehicle.speedMps, target, gap + 0.5, 0, 0.5));
      }
    }
    return wanted;
  }

  private boolean isOccupied(Crosswalk crosswalk) {
    for (Pedestrian pedestrian : pedestrians) {
      if (pedestrian.isCrossing() && pedestrian.crosswalk.equals(crosswalk)) {
        return true;
      }
    }
    return false;
  }

  private void letPeopleCross() {
    for (Pedestrian pedestrian : pedestrians) {
      if (pedestrian.wantsToCross() && mayCross(pedestrian.crosswalk)) {
        pedestrian.startCrossing();
      }
    }
  }

  /** People start when red holds the traffic and everybody who comes can still stop gently. */
  private boolean mayCross(Crosswalk crosswalk) {
    for (Stop stop : crosswalk.stops()) {
      for (Lane connector : stop.lane().next) {
        if (connector.lightPhase >= 0 && light(connector) != Light.RED) {
          return false;
        }
      }
    }
    for (Vehicle vehicle : vehicles) {
      if (isTooClose(vehicle, crosswalk)) {
        return false;
      }
    }
    return true;
  }

  private boolean isTooClose(Vehicle vehicle, Crosswalk crosswalk) {
    double offset = -vehicle.arcLengthM;
    double needed = vehicle.speedMps * vehicle.speedMps / (2 * 1.5) + vehicle.speedMps + 2.5;
    for (int i = vehicle.pathIndex; i < vehicle.path.size() && offset < needed + 10; i++) {
      Lane lane = vehicle.path.get(i);
      for (CrosswalkOnLane place : crosswalks.getOrDefault(lane, List.of())) {
        double front = offset + place.nearEdgeM() - vehicle.build.frontM();
        boolean passed = front < -(vehicle.build.lengthM() + 4.5);
        if (place.crosswalk().equals(crosswalk) && !passed && front < needed) {
          boolean waits = vehicle.speedMps < 0.3 && front > 0.4;
          if (!waits) {
            return true;
          }
        }
      }
      offset += lane.length();
    }
    return false;
  }
}
