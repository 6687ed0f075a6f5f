package io.drivedistill.navsim.score;

/** Whether two plans of successive frames feel like one (SPEC-pdms section 20). Stateless. */
final class TwoFrameComfort {
  private static final double ACCELERATION_BOUND = 0.7;
  private static final double JERK_BOUND = 0.5;
  private static final double YAW_RATE_BOUND = 0.1;
  private static final double YAW_ACCELERATION_BOUND = 0.1;

  private TwoFrameComfort() {}

  /**
   * Compares the states that both plans cover.
   *
   * @param current {@code [41 * 11]} states of the current frame
   * @param previous {@code [41 * 11]} states of the frame before
   * @param gap steps of 0.1 s between the frames
   */
  static boolean steady(double[] current, double[] previous, int gap) {
    int n = States.STEPS - gap;
    double[] ours = accelerations(current, 0, n);
    double[] theirs = accelerations(previous, gap, n);
    SavitzkyGolay slope = new SavitzkyGolay(n, 15, 2, 1);
    double[] ourHeading = headings(current, 0, n);
    double[] theirHeading = headings(previous, gap, n);
    return rms(ours, theirs) <= ACCELERATION_BOUND
        && rms(filtered(slope, ours), filtered(slope, theirs)) <= JERK_BOUND
        && difference(new SavitzkyGolay(n, 5, 2, 1), ourHeading, theirHeading) <= YAW_RATE_BOUND
        && difference(new SavitzkyGolay(n, 5, 2, 2), ourHeading, theirHeading)
            <= YAW_ACCELERATION_BOUND;
  }

  private static double[] accelerations(double[] states, int from, int n) {
    double[] magnitude = new double[n];
    for (int k = 0; k < n; k++) {
      int at = (from + k) * States.WIDTH;
      magnitude[k] = Boxes.length(states[at + States.AX], states[at + States.AY]);
    }
    return filtered(new SavitzkyGolay(n, 8, 2, 0), magnitude);
  }

  private static double[] headings(double[] states, int from, int n) {
    double[] headings = new double[n];
    for (int k = 0; k < n; k++) {
      headings[k] = states[(from + k) * States.WIDTH + States.HEADING];
    }
    Angles.unwrap(headings, 0, 1, n);
    return headings;
  }

  private static double difference(SavitzkyGolay filter, double[] a, double[] b) {
    return rms(filtered(filter, a), filtered(filter, b));
  }

  private static double[] filtered(SavitzkyGolay filter, double[] signal) {
    double[] out = new double[signal.length];
    for (int k = 0; k < out.length; k++) {
      out[k] = filter.rounded(signal, k);
    }
    return out;
  }

  private static double rms(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return Math.sqrt(sum / a.length);
  }
}
