package io.drivedistill.latentaction;

/**
 * How much of a quantity codes tell: ridge regression from one-hot codes, R² on held-out samples
 * against the held-out mean. Cost O(n·positions² + p³) for p one-hot numbers.
 */
public final class LinearProbe {
  private LinearProbe() {}

  /**
   * Fits on one part, scores on another.
   *
   * @param trainCodes [n][positions]
   * @param trainTargets [n][targets]
   * @param testCodes [m][positions]
   * @param testTargets [m][targets]
   * @param codes size of the codebook
   * @param ridge weight of the penalty, in samples
   * @return R² per target; 0 is the mean's, negative is worse than the mean
   */
  public static double[] rSquared(
      int[][] trainCodes,
      double[][] trainTargets,
      int[][] testCodes,
      double[][] testTargets,
      int codes,
      double ridge) {
    Fit fit = fit(trainCodes, trainTargets, codes, ridge);
    double[] heldOutMean = means(testTargets);
    double[] result = new double[heldOutMean.length];
    for (int t = 0; t < result.length; t++) {
      double residual = 0;
      double total = 0;
      for (int i = 0; i < testCodes.length; i++) {
        residual += square(testTargets[i][t] - fit.predict(testCodes[i], t));
        total += square(testTargets[i][t] - heldOutMean[t]);
      }
      result[t] = total == 0 ? 0 : 1 - residual / total;
    }
    return result;
  }

  /**
   * A fitted probe.
   *
   * @param codes size of the codebook
   * @param offsets prediction before any code, per target
   * @param weights what a code at a position adds, [position · codes + code][target]
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Fit(int codes, double[] offsets, double[][] weights) {
    /** The target's value as these codes tell it. */
    double predict(int[] sample, int target) {
      double value = offsets[target];
      for (int position = 0; position < sample.length; position++) {
        value += weights[position * codes + sample[position]][target];
      }
      return value;
    }
  }

  /**
   * Fits by the normal equations. One-hot rows have one entry per position, so gathering them costs
   * O(n·positions²).
   *
   * @param samples codes [n][positions]
   * @param targets [n][targets]
   * @param codes size of the codebook
   * @param ridge weight of the penalty, in samples
   */
  static Fit fit(int[][] samples, double[][] targets, int codes, double ridge) {
    int width = samples[0].length * codes;
    double[] targetMean = means(targets);
    double[] inputMean = new double[width];
    double[][] gram = new double[width][width];
    double[][] products = new double[width][targetMean.length];
    for (int i = 0; i < samples.length; i++) {
      for (int p = 0; p < samples[i].length; p++) {
        int a = p * codes + samples[i][p];
        inputMean[a] += 1.0 / samples.length;
        for (int q = 0; q <= p; q++) {
          gram[a][q * codes + samples[i][q]]++;
        }
        for (int t = 0; t < targetMean.length; t++) {
          products[a][t] += targets[i][t] - targetMean[t];
        }
      }
    }
    for (int a = 0; a < width; a++) {
      for (int b = 0; b <= a; b++) {
        gram[a][b] -= samples.length * inputMean[a] * inputMean[b];
      }
      gram[a][a] += ridge;
    }
    solveByCholesky(gram, products);
    for (int t = 0; t < targetMean.length; t++) {
      for (int a = 0; a < width; a++) {
        targetMean[t] -= inputMean[a] * products[a][t];
      }
    }
    return new Fit(codes, targetMean, products);
  }

  private static double[] means(double[][] rows) {
    double[] means = new double[rows[0].length];
    for (double[] row : rows) {
      for (int i = 0; i < means.length; i++) {
        means[i] += row[i] / rows.length;
      }
    }
    return means;
  }

  /** Replaces the right sides by the solutions; the lower half of the matrix is destroyed. */
  private static void solveByCholesky(double[][] matrix, double[][] rightSides) {
    int n = matrix.length;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j];
        for (int k = 0; k < j; k++) {
          sum -= matrix[i][k] * matrix[j][k];
        }
        matrix[i][j] = i == j ? Math.sqrt(sum) : sum / matrix[j][j];
      }
    }
    for (int t = 0; t < rightSides[0].length; t++) {
      for (int i = 0; i < n; i++) {
        double sum = rightSides[i][t];
        for (int k = 0; k < i; k++) {
          sum -= matrix[i][k] * rightSides[k][t];
        }
        rightSides[i][t] = sum / matrix[i][i];
      }
      for (int i = n - 1; i >= 0; i--) {
        double sum = rightSides[i][t];
        for (int k = i + 1; k < n; k++) {
          sum -= matrix[k][i] * rightSides[k][t];
        }
        rightSides[i][t] = sum / matrix[i][i];
      }
    }
  }

  private static double square(double x) {
    return x * x;
  }
}
