package io.drivedistill.navsim.town;

import java.util.ArrayList;
import java.util.List;

/** Where roads meet: an intersection of the map with its connectors and, perhaps, its lights. */
final class Junction {
  /** Seconds of green, then amber, then red for everybody, for each of the two phases. */
  static final double GREEN_S = 9;

  static final double AMBER_S = 2.5;
  static final double ALL_RED_S = 2;
  static final double PHASE_S = GREEN_S + AMBER_S + ALL_RED_S;

  /** What a light shows. */
  enum Light {
    GREEN,
    AMBER,
    RED
  }

  final int id;
  final double centerX;
  final double centerY;
  final boolean lights;

  /** Smaller changes of direction count as going straight. */
  final double straightWithinRad;

  final List<Arm> arms = new ArrayList<>();
  final List<Lane> connectors = new ArrayList<>();
  final List<Roadblock> connectorBlocks = new ArrayList<>();
  double[][] polygon;

  Junction(int id, double centerX, double centerY, boolean lights, double straightWithinRad) {
    this.id = id;
    this.centerX = centerX;
    this.centerY = centerY;
    this.lights = lights;
    this.straightWithinRad = straightWithinRad;
  }

  /**
   * Light of a phase.
   *
   * @param timeS time since the start of the cycle of the town
   */
  Light light(int phase, double timeS) {
    double inCycle = sinceGreen(phase, timeS);
    if (inCycle < 0 || inCycle >= GREEN_S + AMBER_S) {
      return Light.RED;
    }
    return inCycle < GREEN_S ? Light.GREEN : Light.AMBER;
  }

  /** Whether green has just ended, so that those who waited to turn may clear the junction. */
  boolean isClearing(int phase, double timeS) {
    double inCycle = sinceGreen(phase, timeS);
    return inCycle >= GREEN_S && inCycle < PHASE_S - 0.4;
  }

  private double sinceGreen(int phase, double timeS) {
    return (timeS + id * 7.3) % (2 * PHASE_S) - phase * PHASE_S;
  }

  /**
   * End of a road at a junction.
   *
   * @param x middle of the road's end
   * @param y middle of the road's end
   * @param outwardRad direction out of the junction
   * @param leftM paved width left of the middle, looking outward
   * @param rightM paved width right of the middle, looking outward
   * @param incoming lanes into the junction, null if none
   * @param outgoing lanes out of the junction, null if none
   * @param phase light phase of this arm, -1 without light
   * @param rank priority of traffic from this arm
   */
  record Arm(
      double x,
      double y,
      double outwardRad,
      double leftM,
      double rightM,
      Roadblock incoming,
      Roadblock outgoing,
      int phase,
      int rank) {

    /** Point beside the middle, {@code left} metres to the left looking outward. */
    double[] beside(double left, double outward) {
      return new double[] {
        x - left * Math.sin(outwardRad) + outward * Math.cos(outwardRad),
        y + left * Math.cos(outwardRad) + outward * Math.sin(outwardRad)
      };
    }
  }
}
