package io.drivedistill.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
  private final PairedBootstrap bootstrap = new PairedBootstrap(4000, 1);

  @Test
  void intervalOfAMeanAgreesWithTheNormalApproximation() {
    SplittableRandom random = new SplittableRandom(3);
    double[] values = random.doubles(400).map(u -> u + 1).toArray();
    PairedBootstrap.Interval interval = bootstrap.mean(values);
    // Uniform on [1, 2): deviation 1/√12, so the half width is 1.96/√(12·400).
    double halfWidth = 1.96 / Math.sqrt(12 * 400);
    assertThat(interval.high() - interval.low()).isCloseTo(2 * halfWidth, within(0.1 * halfWidth));
    assertThat(interval.mean()).isBetween(interval.low(), interval.high());
  }

  @Test
  void pairingRemovesWhatBothAgentsShare() {
    SplittableRandom random = new SplittableRandom(5);
    double[] hard = random.doubles(100).toArray();
    double[] better = new double[100];
    for (int i = 0; i < 100; i++) {
      better[i] = hard[i] + 0.01 + 0.001 * random.nextDouble();
    }
    PairedBootstrap.Interval difference = bootstrap.difference(better, hard);
    assertThat(difference.low()).isGreaterThan(0.01);
    assertThat(difference.excludesZero()).isTrue();
    assertThat(bootstrap.difference(hard, hard).excludesZero()).isFalse();
  }

  @Test
  void sameSeedSameInterval() {
    double[] values = {0, 1, 1, 0.5, 0.25};
    assertThat(bootstrap.mean(values)).isEqualTo(new PairedBootstrap(4000, 1).mean(values));
  }
}
