package io.drivedistill.latentaction;

/**
 * How the vehicle moved between two frames.
 *
 * @param speedMps mean forward speed
 * @param accelerationMps2 change of speed over the time between the frames
 * @param yawRateRadps mean yaw rate, positive to the left
 */
record PairMotion(double speedMps, double accelerationMps2, double yawRateRadps) {

  static PairMotion of(EgoMotion motion, int first, int second) {
    return new PairMotion(
        motion.meanSpeedMps(first, second),
        motion.accelerationMps2(first, second),
        motion.yawRateRadps(first, second));
  }

  Manoeuvre manoeuvre() {
    return Manoeuvre.of(this);
  }
}
