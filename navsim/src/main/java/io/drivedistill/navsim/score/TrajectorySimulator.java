package io.drivedistill.navsim.score;

/**
 * Drives references with the LQR tracker and the kinematic bicycle of NAVSIM (SPEC-pdms sections 13
 * and 14). Holds scratch space only; one per thread.
 */
final class TrajectorySimulator {
  private static final double DT = States.DT;

  /** 100000 us * 1e-6 as the official code computes it, one ulp below 0.1. */
  private static final double STEP = 100_000 * 1e-6;

  private static final int LAST = VelocityProfile.COUNT - 1;
  private static final int HORIZON = 10;
  private static final double STOPPING_GAIN = 0.5;
  private static final double STOPPING_SPEED = 0.2;
  private static final double HEADING_WEIGHT = 10;
  private static final double ACCEL_SHARE = STEP / (STEP + 0.2);
  private static final double STEERING_SHARE = STEP / (STEP + 0.05);
  private static final double STEERING_LIMIT = Math.PI / 3;

  private final double[] cos = new double[States.STEPS];
  private final double[] sin = new double[States.STEPS];
  private final double[] along = new double[VelocityProfile.COUNT];
  private final double[] turns = new double[VelocityProfile.COUNT];
  private final double[] speeds = new double[VelocityProfile.COUNT];
  private final double[] curvatures = new double[VelocityProfile.COUNT];
  private final double[] pivots = new double[VelocityProfile.COUNT];
  private double acceleration;
  private double steeringRate;

  /** The speeds that the last simulation tried to drive. */
  double[] speeds() {
    return speeds.clone();
  }

  /** The curvatures that the last simulation tried to drive. */
  double[] curvatures() {
    return curvatures.clone();
  }

  /**
   * Simulates 41 states.
   *
   * @param references {@code [41 * 3]} x, y, heading
   * @param start state 0
   * @param states receives {@code [41 * 11]} in the layout of {@link States}
   */
  void simulate(double[] references, EgoStart start, double[] states) {
    profiles(references);
    states[States.X] = start.x();
    states[States.Y] = start.y();
    states[States.HEADING] = start.heading();
    states[States.VX] = start.vx();
    states[States.VY] = start.vy();
    states[States.AX] = start.ax();
    states[States.AY] = start.ay();
    for (int c = States.STEERING; c < States.WIDTH; c++) {
      states[c] = 0;
    }
    double tan = 0;
    for (int i = 0; i < VelocityProfile.COUNT; i++) {
      int at = i * States.WIDTH;
      command(references, i, states, at);
      tan = advance(states, at, at + States.WIDTH, tan);
    }
  }

  private void profiles(double[] references) {
    for (int k = 0; k <= LAST; k++) {
      int at = 3 * k;
      cos[k] = StrictMath.cos(references[at + 2]);
      sin[k] = StrictMath.sin(references[at + 2]);
      along[k] =
          cos[k] * (references[at + 3] - references[at])
              + sin[k] * (references[at + 4] - references[at + 1]);
      turns[k] = Angles.wrap(references[at + 5] - references[at + 2]);
    }
    VelocityProfile.solve(along, speeds);
    CurvatureProfile.solve(speeds, turns, curvatures, pivots);
  }

  /** Sets acceleration and steering rate for a state. */
  private void command(double[] references, int i, double[] states, int at) {
    double speed = states[at + States.VX];
    double wanted = speeds[Math.min(i + HORIZON, LAST)];
    if (wanted <= STOPPING_SPEED && speed <= STOPPING_SPEED) {
      acceleration = -STOPPING_GAIN * (speed - wanted);
      steeringRate = 0;
      return;
    }
    acceleration = -10 * (speed - wanted) / 11;
    double dx = states[at + States.X] - references[3 * i];
    double dy = states[at + States.Y] - references[3 * i + 1];
    double lateral = -dx * sin[i] + dy * cos[i];
    double heading = Angles.wrap(states[at + States.HEADING] - references[3 * i + 2]);
    double steering = states[at + States.STEERING];
    // Powers of the upper triangular transition, input and drift over the horizon.
    double a01 = 0;
    double a02 = 0;
    double a12 = 0;
    double b0 = 0;
    double b1 = 0;
    double b2 = 0;
    double g0 = 0;
    double g1 = 0;
    for (int k = 0; k < HORIZON; k++) {
      double u = speed + k * DT * acceleration;
      double f01 = u * DT;
      double f12 = u * DT / Vehicle.WHEEL_BASE;
      a02 += f01 * a12;
      a01 += f01;
      a12 += f12;
      b0 += f01 * b1;
      b1 += f12 * b2;
      b2 += DT;
      g0 += f01 * g1;
      g1 -= u * curvatures[Math.min(i + k, LAST)] * DT;
    }
    double error0 = lateral + a01 * heading + a02 * steering + g0;
    double error1 = Angles.wrap(heading + a12 * steering + g1);
    steeringRate =
        -(b0 * error0 + b1 * HEADING_WEIGHT * error1) / (b0 * b0 + b1 * HEADING_WEIGHT * b1 + 1);
  }

  /** One Euler step; takes and returns the tangent of the steering angle. */
  private double advance(double[] s, int from, int to, double tan) {
    double heading = s[from + States.HEADING];
    double speed = s[from + States.VX];
    double steering = s[from + States.STEERING];
    double accel = ACCEL_SHARE * (acceleration - s[from + States.AX]) + s[from + States.AX];
    double wanted = STEP * steeringRate + steering;
    double reached = STEERING_SHARE * (wanted - steering) + steering;
    double rate = (reached - steering) / STEP;
    s[to + States.X] = s[from + States.X] + speed * StrictMath.cos(heading) * STEP;
    s[to + States.Y] = s[from + States.Y] + speed * StrictMath.sin(heading) * STEP;
    s[to + States.HEADING] = Angles.principal(heading + speed * tan / Vehicle.WHEEL_BASE * STEP);
    double newSpeed = speed + accel * STEP;
    double newSteering =
        Math.max(-STEERING_LIMIT, Math.min(STEERING_LIMIT, steering + rate * STEP));
    double newTan = StrictMath.tan(newSteering);
    double yawRate = newSpeed * newTan / Vehicle.WHEEL_BASE;
    s[to + States.VX] = newSpeed;
    s[to + States.VY] = 0;
    s[to + States.AX] = accel;
    s[to + States.AY] = 0;
    s[to + States.STEERING] = newSteering;
    s[to + States.STEERING_RATE] = rate;
    s[to + States.YAW_RATE] = yawRate;
    s[to + States.YAW_ACCELERATION] = (yawRate - s[from + States.YAW_RATE]) / STEP;
    return newTan;
  }
}
