package io.drivedistill.navsim.score;

/** The six comfort bounds of v1.1 (SPEC-pdms 15.7). Holds scratch space; one per thread. */
final class Comfort implements ComfortRule {
  private static final int N = States.STEPS;
  private static final SavitzkyGolay LONG_FIT = new SavitzkyGolay(N, N, 2, 0);
  private static final SavitzkyGolay LONG_SLOPE = new SavitzkyGolay(N, N, 2, 1);
  private static final SavitzkyGolay SMOOTH = new SavitzkyGolay(N, 8, 2, 0);
  private static final SavitzkyGolay YAW_RATE = new SavitzkyGolay(N, 5, 2, 1);
  private static final SavitzkyGolay YAW_ACCELERATION = new SavitzkyGolay(N, 5, 3, 2);

  private final double[] ax = new double[N];
  private final double[] ay = new double[N];
  private final double[] magnitude = new double[N];
  private final double[] heading = new double[N];
  private final double[] smooth = new double[N];

  @Override
  public int judge(double[] states) {
    for (int k = 0; k < N; k++) {
      int at = k * States.WIDTH;
      ax[k] = states[at + States.AX];
      ay[k] = states[at + States.AY];
      magnitude[k] = Boxes.length(ax[k], ay[k]);
      heading[k] = states[at + States.HEADING];
    }
    Angles.unwrap(heading, 0, 1, N);
    int flags = 0;
    flags |= within(LONG_FIT, ax, -4.05, 2.40) ? 1 : 0;
    flags |= within(LONG_FIT, ay, -4.89, 4.89) ? 1 << 1 : 0;
    flags |= within(LONG_SLOPE, smoothed(magnitude), -8.37, 8.37) ? 1 << 2 : 0;
    flags |= within(LONG_SLOPE, smoothed(ax), -4.13, 4.13) ? 1 << 3 : 0;
    flags |= within(YAW_ACCELERATION, heading, -1.93, 1.93) ? 1 << 4 : 0;
    flags |= within(YAW_RATE, heading, -0.95, 0.95) ? 1 << 5 : 0;
    return flags;
  }

  private double[] smoothed(double[] signal) {
    for (int k = 0; k < N; k++) {
      smooth[k] = SMOOTH.rounded(signal, k);
    }
    return smooth;
  }

  static boolean within(SavitzkyGolay filter, double[] signal, double low, double high) {
    for (int k = 0; k < filter.samples(); k++) {
      double value = filter.rounded(signal, k);
      if (!(value > low && value < high)) {
        return false;
      }
    }
    return true;
  }
}
