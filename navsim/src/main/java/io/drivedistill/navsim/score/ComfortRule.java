package io.drivedistill.navsim.score;

/** Judges how comfortable a simulated row is; an implementation may hold scratch space. */
@FunctionalInterface
interface ComfortRule {
  /** Flags of a row that keeps every bound. */
  int ALL = 0b111111;

  /**
   * Judges a row.
   *
   * @return bits 0 to 5 for longitudinal and lateral acceleration, jerk, longitudinal jerk, yaw
   *     acceleration, yaw rate; a set bit is within bounds
   */
  int judge(double[] states);

  /** What a row is judged by that has no past: always comfortable (SPEC-pdms section 20). */
  static ComfortRule always() {
    return states -> ALL;
  }
}
