package io.drivedistill.navsim.score;

/**
 * A Savitzky-Golay filter over a fixed number of samples 0.1 s apart, as scipy's {@code
 * savgol_filter} with mode "interp": every output is a weighted sum over one window. Immutable.
 */
final class SavitzkyGolay {
  private final int window;
  private final int[] starts;
  private final double[][] weights;

  /**
   * A filter.
   *
   * @param samples length of the signal
   * @param window samples of a fit; an even window is evaluated half a sample off its middle
   * @param order degree of the polynomial, below the window
   * @param derivative which derivative to take
   */
  SavitzkyGolay(int samples, int window, int order, int derivative) {
    this.window = window;
    starts = new int[samples];
    weights = new double[samples][];
    int half = window / 2;
    boolean even = window % 2 == 0;
    for (int i = 0; i < samples; i++) {
      double position;
      if (i < half) {
        starts[i] = 0;
        position = i;
      } else if (i >= samples - half) {
        starts[i] = samples - window;
        position = i - starts[i];
      } else {
        starts[i] = even ? i - half + 1 : i - half;
        position = even ? half - 0.5 : half;
      }
      weights[i] = weights(window, order, derivative, position);
    }
  }

  /** Weights that evaluate a derivative of the least-squares polynomial at a position. */
  private static double[] weights(int window, int order, int derivative, double position) {
    double middle = (window - 1) / 2.0;
    double scale = 1 / middle; // to [-1, 1], for a well-conditioned basis
    int terms = order + 1;
    double[][] system = new double[terms][terms + 1];
    for (int r = 0; r < terms; r++) {
      for (int c = 0; c < terms; c++) {
        for (int k = 0; k < window; k++) {
          system[r][c] += power((k - middle) * scale, r + c);
        }
      }
      system[r][terms] = derivativeOfPower((position - middle) * scale, r, derivative);
    }
    double[] solution = solve(system);
    double[] weights = new double[window];
    double unit = power(scale / States.DT, derivative);
    for (int k = 0; k < window; k++) {
      for (int r = 0; r < terms; r++) {
        weights[k] += solution[r] * power((k - middle) * scale, r) * unit;
      }
    }
    return weights;
  }

  private static double power(double base, int exponent) {
    double result = 1;
    for (int i = 0; i < exponent; i++) {
      result *= base;
    }
    return result;
  }

  private static double derivativeOfPower(double x, int exponent, int derivative) {
    double factor = 1;
    for (int i = 0; i < derivative; i++) {
      factor *= exponent - i;
    }
    return factor == 0 ? 0 : factor * power(x, exponent - derivative);
  }

  /** Gaussian elimination with pivoting on an augmented matrix. */
  private static double[] solve(double[][] m) {
    int n = m.length;
    for (int c = 0; c < n; c++) {
      int pivot = c;
      for (int r = c + 1; r < n; r++) {
        pivot = Math.abs(m[r][c]) > Math.abs(m[pivot][c]) ? r : pivot;
      }
      double[] swap = m[c];
      m[c] = m[pivot];
      m[pivot] = swap;
      for (int r = 0; r < n; r++) {
        double share = r == c ? 0 : m[r][c] / m[c][c];
        for (int k = c; k <= n && share != 0; k++) {
          m[r][k] -= share * m[c][k];
        }
      }
    }
    double[] solution = new double[n];
    for (int r = 0; r < n; r++) {
      solution[r] = m[r][n] / m[r][r];
    }
    return solution;
  }

  /** Length of the signal. */
  int samples() {
    return starts.length;
  }

  /** One output. */
  double at(double[] signal, int index) {
    double sum = 0;
    double[] w = weights[index];
    int start = starts[index];
    for (int k = 0; k < window; k++) {
      sum += w[k] * signal[start + k];
    }
    return sum;
  }

  /** One output rounded to 8 decimals, halves to even. */
  double rounded(double[] signal, int index) {
    return Math.rint(at(signal, index) * 1e8) / 1e8;
  }
}
