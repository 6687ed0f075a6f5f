package io.drivedistill.navsim.town;

/**
 * Longitudinal driving: the intelligent driver model (Treiber, Hennecke, Helbing 2000) towards
 * leaders and stop lines, a speed limit, and curves taken at a bounded lateral acceleration.
 */
final class DriverModel {
  static final double MAX_ACCELERATION_MPS2 = 1.6;
  static final double COMFORT_BRAKE_MPS2 = 1.9;
  static final double HARDEST_BRAKE_MPS2 = 3.9;
  static final double LATERAL_MPS2 = 1.8;
  static final double HEADWAY_S = 1.3;
  static final double STANDSTILL_GAP_M = 2.5;
  private static final double CURVE_BRAKE_MPS2 = 1.4;
  private static final double LOOK_STEP_M = 2.0;

  private DriverModel() {}

  /** Acceleration towards a speed on a free road. */
  static double free(double speedMps, double targetMps) {
    double gain = speedMps > targetMps ? 1.6 : 0.9;
    return Math.max(-2.2, Math.min(MAX_ACCELERATION_MPS2, gain * (targetMps - speedMps)));
  }

  /**
   * Acceleration behind something.
   *
   * @param gapM free distance from the front bumper
   * @param leadMps speed of what is ahead
   * @param standstillM gap kept when standing
   */
  static double behind(
      double speedMps, double targetMps, double gapM, double leadMps, double standstillM) {
    double gap = Math.max(0.1, gapM);
    double wish =
        standstillM
            + Math.max(
                0,
                speedMps * HEADWAY_S * (standstillM < 1 ? 0.6 : 1)
                    + speedMps
                        * (speedMps - leadMps)
                        / (2 * Math.sqrt(MAX_ACCELERATION_MPS2 * COMFORT_BRAKE_MPS2)));
    double ratio = wish / gap;
    double interaction =
        MAX_ACCELERATION_MPS2
            * (1 - Math.pow(speedMps / Math.max(1, targetMps), 4) - ratio * ratio);
    return Math.max(-HARDEST_BRAKE_MPS2, interaction);
  }

  /** Highest speed now so that limits and curves ahead can be met with gentle braking. */
  static double targetSpeed(Vehicle vehicle) {
    double look = vehicle.speedMps * vehicle.speedMps / (2 * CURVE_BRAKE_MPS2) + 8;
    double target = Double.MAX_VALUE;
    int index = vehicle.pathIndex;
    double s = vehicle.arcLengthM;
    for (double ahead = 0; ahead < look && index < vehicle.path.size(); ahead += LOOK_STEP_M) {
      Lane lane = vehicle.path.get(index);
      double here = Math.min(lane.speedLimitMps * vehicle.build.paceFactor(), lane.curveSpeedAt(s));
      here = Math.min(here, vehicle.build.topSpeedMps());
      target = Math.min(target, Math.sqrt(here * here + 2 * CURVE_BRAKE_MPS2 * ahead));
      s += LOOK_STEP_M;
      while (index < vehicle.path.size() && s >= vehicle.path.get(index).length()) {
        s -= vehicle.path.get(index).length();
        index++;
      }
    }
    return target;
  }
}
