package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The banded solvers and filters against the formulas of SPEC-pdms section 13 and 15.7. */
class ProfileTest {
  private static final long SEED = 9;
  private static final int N = 40;
  private static final double DT = 0.1;

  @Test
  void speedsAreTheLeastSquaresOfTheSpecification() {
    SplittableRandom random = new SplittableRandom(SEED);
    // Unknowns z = (v_0, a_0 .. a_38); rows D_k = dt v_0 + dt^2 sum of a_j for j < k.
    double[][] rows = new double[N][N];
    for (int k = 0; k < N; k++) {
      rows[k][0] = DT;
      for (int j = 0; j < k; j++) {
        rows[k][1 + j] = DT * DT;
      }
    }
    double[][] penalty = new double[N][N];
    for (int j = 0; j <= 36; j++) {
      penalty[1 + j][1 + j] = 1e-4;
    }
    penalty[38][38] += 1e-4;
    penalty[39][39] += 1e-4;
    penalty[38][39] -= 1e-4;
    penalty[39][38] -= 1e-4;
    for (int trial = 0; trial < 50; trial++) {
      double[] along = random.doubles(N, -0.2, 2).toArray();
      double[] z = leastSquares(rows, along, penalty);
      double[] speeds = new double[N];
      VelocityProfile.solve(along, speeds);
      double v = z[0];
      for (int k = 0; k < N; k++) {
        assertThat(speeds[k]).as("seed %d, %d", SEED, trial).isCloseTo(v, within(1e-8));
        v += k + 1 < N ? DT * z[1 + k] : 0;
      }
    }
  }

  @Test
  void curvaturesAreTheLeastSquaresOfTheSpecification() {
    SplittableRandom random = new SplittableRandom(SEED);
    double[][] penalty = new double[N][N];
    penalty[0][0] = 1e-10;
    for (int j = 1; j < N; j++) {
      penalty[j][j] = 1e-2;
    }
    for (int trial = 0; trial < 50; trial++) {
      double[] speeds = random.doubles(N, 0.5, 15).toArray();
      double[] turns = random.doubles(N, -0.2, 0.2).toArray();
      double[][] rows = new double[N][N];
      for (int k = 0; k < N; k++) {
        rows[k][0] = speeds[k] * DT;
        for (int j = 0; j < k; j++) {
          rows[k][1 + j] = speeds[k] * DT * DT;
        }
      }
      double[] z = leastSquares(rows, turns, penalty);
      double[] curvatures = new double[N];
      CurvatureProfile.solve(speeds, turns, curvatures, new double[N]);
      double kappa = z[0];
      for (int k = 0; k < N; k++) {
        assertThat(curvatures[k]).as("seed %d, %d", SEED, trial).isCloseTo(kappa, within(1e-9));
        kappa += k + 1 < N ? DT * z[1 + k] : 0;
      }
    }
  }

  @Test
  void standingEgoHasNoCurvature() {
    double[] curvatures = new double[N];
    CurvatureProfile.solve(new double[N], new double[N], curvatures, new double[N]);
    assertThat(curvatures).containsOnly(0.0);
  }

  @Test
  void filtersHaveTheWeightsOfTheSpecification() {
    double[] signal = new double[States.STEPS];
    SavitzkyGolay smooth = new SavitzkyGolay(States.STEPS, 8, 2, 0);
    int[] eighth = {-3, 3, 7, 9, 9, 7, 3, -3};
    for (int k = 0; k < 8; k++) {
      signal[17 + k] = 1;
      assertThat(smooth.at(signal, 20)).isCloseTo(eighth[k] / 32.0, within(1e-13));
      signal[17 + k] = 0;
    }
    SavitzkyGolay rate = new SavitzkyGolay(States.STEPS, 5, 2, 1);
    SavitzkyGolay acceleration = new SavitzkyGolay(States.STEPS, 5, 3, 2);
    int[] second = {2, -1, -2, -1, 2};
    for (int k = 0; k < 5; k++) {
      signal[18 + k] = 1;
      assertThat(rate.at(signal, 20)).isCloseTo((k - 2) / (10 * 0.1), within(1e-12));
      assertThat(acceleration.at(signal, 20)).isCloseTo(second[k] / (7 * 0.01), within(1e-10));
      signal[18 + k] = 0;
    }
  }

  @Test
  void filtersReproduceThePolynomialsTheyFit() {
    double[] parabola = new double[States.STEPS];
    for (int k = 0; k < parabola.length; k++) {
      double t = k * 0.1;
      parabola[k] = 0.3 - 2 * t + 0.7 * t * t;
    }
    SavitzkyGolay value = new SavitzkyGolay(States.STEPS, 41, 2, 0);
    SavitzkyGolay slope = new SavitzkyGolay(States.STEPS, 5, 2, 1);
    for (int k = 0; k < parabola.length; k++) {
      assertThat(value.at(parabola, k)).isCloseTo(parabola[k], within(1e-11));
      assertThat(slope.at(parabola, k)).isCloseTo(-2 + 1.4 * k * 0.1, within(1e-11));
    }
  }

  /** Solves (rows' rows + penalty) z = rows' target by Gaussian elimination with pivoting. */
  private static double[] leastSquares(double[][] rows, double[] target, double[][] penalty) {
    double[][] m = new double[N][N + 1];
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        m[i][j] = penalty[i][j];
        for (double[] row : rows) {
          m[i][j] += row[i] * row[j];
        }
      }
      for (int k = 0; k < N; k++) {
        m[i][N] += rows[k][i] * target[k];
      }
    }
    for (int c = 0; c < N; c++) {
      int pivot = c;
      for (int r = c + 1; r < N; r++) {
        pivot = Math.abs(m[r][c]) > Math.abs(m[pivot][c]) ? r : pivot;
      }
      double[] swap = m[c];
      m[c] = m[pivot];
      m[pivot] = swap;
      for (int r = 0; r < N; r++) {
        double share = r == c ? 0 : m[r][c] / m[c][c];
        for (int k = c; k <= N; k++) {
          m[r][k] -= share * m[c][k];
        }
      }
    }
    double[] solution = new double[N];
    for (int r = 0; r < N; r++) {
      solution[r] = m[r][N] / m[r][r];
    }
    return solution;
  }
}
