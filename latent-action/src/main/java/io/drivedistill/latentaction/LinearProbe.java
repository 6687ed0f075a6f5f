package io.drivedistill.latentaction;

/**
 * How much of a quantity codes tell: ridge regression from one-hot codes, R² on held-out samples
 * against the held-out mean. Cost O(n·p² + p³) for p one-hot numbers.
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
    double[][] inputs = oneHot(trainCodes, codes);
    int width = inputs[0].length;
    int targets = trainTargets[0].length;
    double[] inputMean = means(inputs);
    double[] targetMean = means(trainTargets);
    double[][] gram = new double[width][width];
    double[][] products = new double[width][targets];
    for (int i = 0; i < inputs.length; i++) {
      for (int a = 0; a < width; a++) {
        double x = inputs[i][a] - inputMean[a];
        for (int b = 0; b <= a; b++) {
          gram[a][b] += x * (inputs[i][b] - inputMean[b]);
        }
        for (int t = 0; t < targets; t++) {
          products[a][t] += x * (trainTargets[i][t] - targetMean[t]);
        }
      }
    }
    for (int a = 0; a < width; a++) {
      gram[a][a] += ridge;
    }
    solveByCholesky(gram, products);
    double[][] seen = oneHot(testCodes, codes);
    double[] heldOutMean = means(testTargets);
    double[] result = new double[targets];
    for (int t = 0; t < targets; t++) {
      double residual = 0;
      double total = 0;
      for (int i = 0; i < seen.length; i++) {
        double prediction = targetMean[t];
        for (int a = 0; a < width; a++) {
          prediction += (seen[i][a] - inputMean[a]) * products[a][t];
        }
        residual += square(testTargets[i][t] - prediction);
        total += square(testTargets[i][t] - heldOutMean[t]);
      }
      result[t] = total == 0 ? 0 : 1 - residual / total;
    }
    return result;
  }

  private static double[][] oneHot(int[][] samples, int codes) {
    double[][] rows = new double[samples.length][];
    for (int i = 0; i < samples.length; i++) {
      rows[i] = new double[samples[i].length * codes];
      for (int position = 0; position < samples[i].length; position++) {
        rows[i][position * codes + samples[i][position]] = 1;
      }
    }
    return rows;
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
