package io.drivedistill.distill;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Percentile bootstrap of a mean difference over paired observations: two agents scored on the same
 * scenes, resampled scene by scene, so that what makes a scene hard cancels out. O(resamples·n).
 */
public final class PairedBootstrap {
  private final int resamples;
  private final long seed;

  /**
   * @param resamples number of resampled means, 10 000 gives the interval's ends two stable digits
   * @param seed fixes the resampling
   */
  public PairedBootstrap(int resamples, long seed) {
    this.resamples = resamples;
    this.seed = seed;
  }

  /**
   * A mean with its 95 % interval.
   *
   * @param mean of all observations
   * @param low 2.5 % quantile of the resampled means
   * @param high 97.5 % quantile
   * @param count observations
   */
  public record Interval(double mean, double low, double high, int count) {
    /** True if zero lies outside, on either side. */
    public boolean excludesZero() {
      return low > 0 || high < 0;
    }
  }

  /** The mean of one agent's scores with its interval over scenes. */
  public Interval mean(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("No observation to average");
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[r] = sum / values.length;
    }
    Arrays.sort(means);
    return new Interval(
        Arrays.stream(values).sum() / values.length,
        quantile(means, 0.025),
        quantile(means, 0.975),
        values.length);
  }

  /**
   * The mean of {@code treated[i] − reference[i]}; both arrays list the same scenes in the same
   * order.
   */
  public Interval difference(double[] treated, double[] reference) {
    if (treated.length != reference.length) {
      throw new IllegalArgumentException(
          "Paired scores differ in length: " + treated.length + " and " + reference.length);
    }
    double[] differences = new double[treated.length];
    for (int i = 0; i < treated.length; i++) {
      differences[i] = treated[i] - reference[i];
    }
    return mean(differences);
  }

  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int low = (int) position;
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (position - low) * (sorted[high] - sorted[low]);
  }
}
