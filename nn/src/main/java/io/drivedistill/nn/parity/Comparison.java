package io.drivedistill.nn.parity;

import java.util.Locale;

/**
 * One tensor beside its reference.
 *
 * @param name of the reference
 * @param passed whether all elements agree within the limit, and the shapes
 * @param largestDifference max|actual − reference|; NaN where the shapes differ
 * @param limit largest difference allowed
 * @param detail where the largest difference lies, or how the shapes differ
 */
public record Comparison(
    String name, boolean passed, double largestDifference, double limit, String detail) {

  /**
   * Compares element by element; NaN agrees with nothing.
   *
   * @param mask elements to compare, or null for all; shorter masks stand for runs of elements
   */
  static Comparison between(
      String name, double[] actual, double[] reference, float[] mask, Tolerance tolerance) {
    int run = mask == null ? 1 : reference.length / mask.length;
    double largestReference = 0;
    double worst = 0;
    int at = -1;
    for (int i = 0; i < reference.length; i++) {
      if (mask != null && mask[i / run] == 0) {
        continue;
      }
      largestReference = Math.max(largestReference, Math.abs(reference[i]));
      double difference = actual[i] == reference[i] ? 0 : Math.abs(actual[i] - reference[i]);
      if (Double.isNaN(difference)) {
        difference = Double.POSITIVE_INFINITY;
      }
      if (difference > worst) {
        worst = difference;
        at = i;
      }
    }
    double limit = tolerance.limit(largestReference);
    String detail =
        at < 0
            ? "equal"
            : "at element "
                + at
                + ": "
                + (float) actual[at]
                + ", expected "
                + (float) reference[at];
    return new Comparison(name, worst <= limit, worst, limit, detail);
  }

  /** A failure because there is nothing to compare with. */
  static Comparison impossible(String name, String why) {
    return new Comparison(name, false, Double.NaN, 0, why);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-4s %-48s %.3e of %.3e  %s",
        passed ? "ok" : "FAIL",
        name,
        largestDifference,
        limit,
        detail);
  }
}
