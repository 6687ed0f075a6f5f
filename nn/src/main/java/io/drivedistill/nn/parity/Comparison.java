package io.drivedistill.nn.parity;

import java.util.Locale;

/**
 * One tensor beside its reference.
 *
 * @param name of the reference
 * @param verdict how it ended
 * @param largestDifference max|actual − reference|; NaN where nothing could be compared
 * @param largestReference max|reference|
 * @param limit largest difference allowed
 * @param detail where the largest difference lies, or why there is none
 */
public record Comparison(
    String name,
    Verdict verdict,
    double largestDifference,
    double largestReference,
    double limit,
    String detail) {

  /** How a comparison ended. */
  public enum Verdict {
    /** All elements agree within the limit. */
    PASS("ok"),
    /** Some do not, or there is nothing where something should be. */
    FAIL("FAIL"),
    /** An inner value of the reference that the model does not form. */
    NOT_COMPARED("--");

    private final String mark;

    Verdict(String mark) {
      this.mark = mark;
    }
  }

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
    Verdict verdict = worst <= limit ? Verdict.PASS : Verdict.FAIL;
    return new Comparison(name, verdict, worst, largestReference, limit, detail);
  }

  /** A failure because there is nothing to compare with. */
  static Comparison impossible(String name, String why) {
    return new Comparison(name, Verdict.FAIL, Double.NaN, Double.NaN, Double.NaN, why);
  }

  /** Not a failure, but nothing was compared either. */
  static Comparison omitted(String name, String why) {
    return new Comparison(name, Verdict.NOT_COMPARED, Double.NaN, Double.NaN, Double.NaN, why);
  }

  /** Whether all elements agree within the limit. */
  public boolean passed() {
    return verdict == Verdict.PASS;
  }

  /** The largest difference in units of the largest reference; 0 where both are. */
  public double relativeDifference() {
    return largestDifference == 0 ? 0 : largestDifference / largestReference;
  }

  /** Column heads of {@link #toString}. */
  public static String heading() {
    return String.format(
        "%-4s %-56s %10s %10s %10s  %s", "", "tensor", "absolute", "relative", "allowed", "where");
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-4s %-56s %10s %10s %10s  %s",
        verdict.mark,
        name,
        number(largestDifference),
        number(relativeDifference()),
        number(limit),
        detail);
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.2e", value);
  }
}
