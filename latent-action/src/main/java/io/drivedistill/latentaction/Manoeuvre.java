package io.drivedistill.latentaction;

/** What a driver would call the motion between two frames; the limits are ours. */
public enum Manoeuvre {
  /** Slower than half a metre per second. */
  STANDING,
  /** Turning to the left by more than 0.1 rad/s. */
  TURNING_LEFT,
  /** Turning to the right by more than 0.1 rad/s. */
  TURNING_RIGHT,
  /** Gaining more than 0.5 m/s². */
  ACCELERATING,
  /** Losing more than 0.5 m/s². */
  BRAKING,
  /** None of these. */
  CRUISING;

  private static final double STANDING_MPS = 0.5;
  private static final double TURNING_RADPS = 0.1;
  private static final double CHANGING_MPS2 = 0.5;

  /** The first that fits, in the order above. */
  static Manoeuvre of(PairMotion motion) {
    if (Math.abs(motion.speedMps()) < STANDING_MPS) {
      return STANDING;
    }
    if (Math.abs(motion.yawRateRadps()) > TURNING_RADPS) {
      return motion.yawRateRadps() > 0 ? TURNING_LEFT : TURNING_RIGHT;
    }
    if (Math.abs(motion.accelerationMps2()) > CHANGING_MPS2) {
      return motion.accelerationMps2() > 0 ? ACCELERATING : BRAKING;
    }
    return CRUISING;
  }
}
