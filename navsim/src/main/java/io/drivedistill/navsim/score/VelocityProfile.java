package io.drivedistill.navsim.score;

/**
 * The least-squares speed along the references (SPEC-pdms section 13).
 *
 * <p>Written in the 40 speeds instead of a first speed and 39 accelerations, the problem is
 * "minimise the sum of (dt v_k - s_k)^2 + 1e-4 P" with s_k the displacement along the heading: its
 * matrix has two side bands, does not depend on the trajectory, and is factored once. P penalises
 * a_0 to a_36 and the difference of a_38 and a_37, which is what the official code does whatever
 * its name says.
 */
final class VelocityProfile {
  static final int COUNT = States.STEPS - 1;
  private static final double PENALTY = 1e-4;

  /** Rows of L of the L D L^T factorisation: the two entries left of the diagonal, and D. */
  private static final double[][] FACTOR = factor();

  private VelocityProfile() {}

  private static double[][] factor() {
    double dt = States.DT;
    double[][] a = new double[COUNT][3]; // diagonal, first and second entry to its left
    for (int k = 0; k < COUNT; k++) {
      a[k][0] = dt * dt;
    }
    double weight = PENALTY / (dt * dt);
    for (int j = 0; j <= COUNT - 4; j++) { // a_j = (v_{j+1} - v_j) / dt
      a[j][0] += weight;
      a[j + 1][0] += weight;
      a[j + 1][1] -= weight;
    }
    double[] second = {1, -2, 1}; // a_38 - a_37 = (v_37 - 2 v_38 + v_39) / dt
    int first = COUNT - 3;
    for (int row = 0; row < 3; row++) {
      for (int left = 0; left <= row; left++) {
        a[first + row][left] += weight * second[row] * second[row - left];
      }
    }
    double[][] factor = new double[COUNT][3]; // D, L one left, L two left
    for (int k = 0; k < COUNT; k++) {
      double two = k >= 2 ? a[k][2] / factor[k - 2][0] : 0;
      double one =
          k >= 1
              ? (a[k][1] - (k >= 2 ? two * factor[k - 2][0] * factor[k - 1][1] : 0))
                  / factor[k - 1][0]
              : 0;
      double d = a[k][0];
      d -= k >= 1 ? one * one * factor[k - 1][0] : 0;
      d -= k >= 2 ? two * two * factor[k - 2][0] : 0;
      factor[k] = new double[] {d, one, two};
    }
    return factor;
  }

  /**
   * Solves for the speeds.
   *
   * @param along displacement along the heading per step, metres
   * @param speeds receives v_0 to v_39
   */
  static void solve(double[] along, double[] speeds) {
    for (int k = 0; k < COUNT; k++) {
      double value = States.DT * along[k];
      if (k >= 1) {
        value -= FACTOR[k][1] * speeds[k - 1];
      }
      if (k >= 2) {
        value -= FACTOR[k][2] * speeds[k - 2];
      }
      speeds[k] = value;
    }
    for (int k = COUNT - 1; k >= 0; k--) {
      double value = speeds[k] / FACTOR[k][0];
      if (k + 1 < COUNT) {
        value -= FACTOR[k + 1][1] * speeds[k + 1];
      }
      if (k + 2 < COUNT) {
        value -= FACTOR[k + 2][2] * speeds[k + 2];
      }
      speeds[k] = value;
    }
  }
}
