package io.drivedistill.navsim.score;

/**
 * The least-squares curvature along the references (SPEC-pdms section 13).
 *
 * <p>Written in the 40 curvatures instead of a first one and 39 rates the matrix is tridiagonal: a
 * chain with springs of constant 1e-2/dt^2 between neighbours, held by (v_k dt)^2 at every vertex
 * and by 1e-10 at the first. Eliminating from the far end and keeping the holding force instead of
 * the pivot needs no subtraction, so that a standing ego (condition 1e8) loses no digits.
 */
final class CurvatureProfile {
  private static final double RATE_PENALTY = 1e-2;
  private static final double FIRST_PENALTY = 1e-10;
  private static final double SPRING = RATE_PENALTY / (States.DT * States.DT);
  private static final int COUNT = VelocityProfile.COUNT;

  private CurvatureProfile() {}

  /**
   * Solves for the curvatures.
   *
   * @param speeds v_0 to v_39
   * @param turns change of heading per step, wrapped
   * @param curvatures receives kappa_0 to kappa_39
   * @param pivots scratch of 40 numbers
   */
  static void solve(double[] speeds, double[] turns, double[] curvatures, double[] pivots) {
    double held = 0;
    double load = 0;
    for (int k = COUNT - 1; k >= 0; k--) {
      double step = speeds[k] * States.DT;
      held = step * step + held;
      load = step * turns[k] + load;
      double pivot = k > 0 ? SPRING + held : held + FIRST_PENALTY;
      pivots[k] = pivot;
      curvatures[k] = load;
      double share = SPRING / pivot;
      held *= share;
      load *= share;
    }
    curvatures[0] /= pivots[0];
    for (int k = 1; k < COUNT; k++) {
      curvatures[k] = (curvatures[k] + SPRING * curvatures[k - 1]) / pivots[k];
    }
  }
}
