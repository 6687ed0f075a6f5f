package io.drivedistill.navsim.town;

import io.drivedistill.navsim.log.ObjectType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A moving vehicle or bicycle: it follows a path of lanes with its rear axle. State is changed by
 * {@link Traffic} only.
 */
final class Vehicle {
  /** Measures and manners of a driver with its vehicle. */
  record Build(
      ObjectType type,
      double lengthM,
      double widthM,
      double heightM,
      double rearOverhangM,
      int rgb,
      double paceFactor,
      double topSpeedMps,
      double leftTurnWeight,
      double rightTurnWeight) {
    double frontM() {
      return lengthM - rearOverhangM;
    }
  }

  final int number;
  final Build build;
  final List<Lane> path = new ArrayList<>();

  /** Connectors that this vehicle may enter or is on. */
  final List<Lane> granted = new ArrayList<>();

  /** Connector that this vehicle leaves the stop line for although the light is amber, or null. */
  Lane clearing;

  private final SplittableRandom random;

  /** Index of the lane under the rear axle. */
  int pathIndex;

  /** Arc length of the rear axle on that lane. */
  double arcLengthM;

  double speedMps;
  double accelerationMps2;

  /** Acceleration that {@link DriverModel} asks for in this step. */
  double wantedMps2;

  Vehicle(int number, Build build, Lane start, double arcLengthM, SplittableRandom random) {
    this.number = number;
    this.build = build;
    this.random = random;
    this.arcLengthM = arcLengthM;
    path.add(start);
  }

  Lane lane() {
    return path.get(pathIndex);
  }

  double x() {
    return lane().baseline.xAt(arcLengthM);
  }

  double y() {
    return lane().baseline.yAt(arcLengthM);
  }

  double headingRad() {
    return lane().baseline.headingAt(arcLengthM);
  }

  /** Distance from the rear axle to the middle of the vehicle. */
  double centerAheadM() {
    return build.lengthM() / 2 - build.rearOverhangM();
  }

  boolean isBraking() {
    return accelerationMps2 < -0.6 || speedMps < 0.3;
  }

  /** Chooses lanes until the path reaches some distance ahead. */
  void extendPath(double aheadM) {
    double reach = lane().length() - arcLengthM;
    for (int i = pathIndex + 1; i < path.size(); i++) {
      reach += path.get(i).length();
    }
    while (reach < aheadM) {
      Lane chosen = choose(path.get(path.size() - 1).next);
      path.add(chosen);
      reach += chosen.length();
    }
  }

  private Lane choose(List<Lane> choices) {
    double total = 0;
    for (Lane lane : choices) {
      total += weight(lane);
    }
    double draw = random.nextDouble(total);
    for (Lane lane : choices) {
      draw -= weight(lane);
      if (draw < 0) {
        return lane;
      }
    }
    return choices.get(choices.size() - 1);
  }

  private double weight(Lane lane) {
    return switch (lane.turn) {
      case LEFT -> build.leftTurnWeight();
      case RIGHT -> build.rightTurnWeight();
      case STRAIGHT -> 1;
    };
  }

  /** Moves on by one step of constant acceleration and enters the next lanes. */
  void advance(double stepS, double jerkLimitMps3) {
    double change = wantedMps2 - accelerationMps2;
    double most = jerkLimitMps3 * stepS * (wantedMps2 < -3 ? 2.5 : 1);
    accelerationMps2 += Math.max(-most, Math.min(most, change));
    double speed = speedMps + accelerationMps2 * stepS;
    if (speed < 0.02 && wantedMps2 <= 0.05) {
      speed = 0;
      accelerationMps2 = 0;
    }
    speed = Math.max(0, speed);
    arcLengthM += 0.5 * (speed + speedMps) * stepS;
    speedMps = speed;
    while (arcLengthM >= lane().length()) {
      arcLengthM -= lane().length();
      pathIndex++;
    }
    granted.removeIf(connector -> hasLeft(connector));
  }

  private boolean hasLeft(Lane connector) {
    double behind = arcLengthM - build.rearOverhangM();
    for (int i = pathIndex; i >= 0; i--) {
      if (path.get(i) == connector) {
        return behind > connector.length() + 0.5;
      }
      if (i > 0) {
        behind += path.get(i - 1).length();
      }
    }
    return false;
  }
}
