package io.drivedistill.student.transfuser;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Which elements of a gradient had the other sign when the reference took its first step of Adam.
 * That step moves every weight by the learning rate, however small its gradient, so that one whose
 * gradient lies within rounding may go either way. Stateless.
 */
final class UncertainSigns {
  /** More than these are no accident of rounding. */
  private static final int MOST = 3;

  private UncertainSigns() {}

  /**
   * Reverses the element that helps most, until all values lie within the limit.
   *
   * @param elements how many there are to choose from
   * @param outcome values after the step with some elements reversed
   * @return the elements to reverse; empty if none need be, or if no few of them explain the values
   */
  static List<Integer> reversed(
      double[] reference, double limit, int elements, Function<List<Integer>, double[]> outcome) {
    List<Integer> chosen = new ArrayList<>();
    double[] now = outcome.apply(chosen);
    while (largest(now, reference) > limit) {
      if (chosen.size() == MOST) {
        return List.of();
      }
      int best = -1;
      double least = sumOfSquares(now, reference);
      for (int element = 0; element < elements; element++) {
        List<Integer> tried = new ArrayList<>(chosen);
        tried.add(element);
        double[] values = outcome.apply(tried);
        double sum = sumOfSquares(values, reference);
        if (!chosen.contains(element) && sum < least) {
          best = element;
          least = sum;
          now = values;
        }
      }
      if (best < 0) {
        return List.of();
      }
      chosen.add(best);
    }
    return chosen;
  }

  private static double largest(double[] values, double[] reference) {
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs(values[i] - reference[i]));
    }
    return largest;
  }

  private static double sumOfSquares(double[] values, double[] reference) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += (values[i] - reference[i]) * (values[i] - reference[i]);
    }
    return sum;
  }
}
