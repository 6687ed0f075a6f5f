package io.drivedistill.student.transfuser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UncertainSignsTest {
  private static final double LIMIT = 0.01;

  /** What reversing each of four elements adds to two values. */
  private static final double[][] EFFECTS = {{0.1, 0}, {0, 0.2}, {0.3, 0.3}, {-1, 2}};

  @Test
  void nothingIsReversedWithinTheLimit() {
    assertThat(reversed(1.009, 1.995)).isEmpty();
  }

  @Test
  void findsTheElementsThatExplainTheReference() {
    assertThat(reversed(1.3, 2.305)).containsExactly(2);
    assertThat(reversed(1.1, 2.2)).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void anotherDifferenceStays() {
    assertThat(reversed(0.8, 1.7)).isEmpty();
    assertThat(reversed(1.05, 2)).isEmpty();
  }

  private static List<Integer> reversed(double first, double second) {
    return UncertainSigns.reversed(
        new double[] {first, second},
        LIMIT,
        EFFECTS.length,
        elements -> {
          double[] values = {1, 2};
          for (int element : elements) {
            values[0] += EFFECTS[element][0];
            values[1] += EFFECTS[element][1];
          }
          return values;
        });
  }
}
