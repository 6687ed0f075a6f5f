package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScoreExplanationTest {
  private static final Optional<PdmScore.Event> NOTHING = Optional.empty();

  @Test
  void aPerfectTrajectoryLostNothing() {
    PdmScore perfect =
        new PdmScore(
            "s", 1, 1, 1, 1, 1, 1, 1, new PdmScore.Reasons(9, 9, NOTHING, NOTHING, 0, 0, 0, 63));
    assertThat(ScoreExplanation.losses(perfect, token -> token)).isEmpty();
  }

  @Test
  void everyLossIsNamedWithItsTime() {
    PdmScore bad =
        new PdmScore(
            "s",
            0,
            0,
            0.5,
            0,
            0,
            0.5,
            0,
            new PdmScore.Reasons(
                4.04,
                8.1,
                Optional.of(new PdmScore.Event(12, "car")),
                Optional.of(new PdmScore.Event(8, "car")),
                0,
                0b1100000,
                1,
                0b011101));
    assertThat(ScoreExplanation.losses(bad, token -> "vehicle " + token))
        .containsExactly(
            "hits vehicle car after 1.2 s",
            "leaves the road after 0.5 s",
            "after 0.8 s about to hit vehicle car",
            "drives against the traffic (not counted by s)",
            "uncomfortable: lateral acceleration, yaw rate",
            "progress 4.0 m, reference 8.1 m");
  }
}
