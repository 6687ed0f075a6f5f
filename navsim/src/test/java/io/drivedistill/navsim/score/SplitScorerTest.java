package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SplitScorerTest {
  private final NavsimDataset dataset = NavsimDataset.open(SharedFiles.bundledOracle(), "dev");
  private final SceneFilter filter = SceneFilter.standard().withFrameInterval(4);

  private static Map<String, Trajectory> baselines(Scene scene) {
    Map<String, Trajectory> plans = new LinkedHashMap<>();
    plans.put("human", scene.humanTrajectory());
    plans.put("constant_velocity", scene.constantVelocityTrajectory());
    return plans;
  }

  @Test
  void resultIsTheSameForAnyNumberOfThreads() {
    SplitScorer.Outcome one =
        SplitScorer.score(
            PdmScorer.NAME, dataset, filter, SplitScorerTest::baselines, 1, Progress.silent());
    SplitScorer.Outcome three =
        SplitScorer.score(
            PdmScorer.NAME, dataset, filter, SplitScorerTest::baselines, 3, Progress.silent());
    assertThat(three).isEqualTo(one);
    assertThat(one.failures()).isEmpty();
    assertThat(one.table().rows()).hasSize(12);
    assertThat(one.table().scorer()).isEqualTo("pdms-v1.1");
    assertThat(one.table().split()).isEqualTo("dev");
    assertThat(one.table().meanScore("human")).isCloseTo(0.75, within(0.25));
  }

  @Test
  void scenesWithoutTrajectoriesAreLeftOutAndTheLimitHolds() {
    SplitScorer.Outcome outcome =
        SplitScorer.score(
            PdmScorer.NAME,
            dataset,
            filter,
            scene -> scene.firstFrame() == 0 ? baselines(scene) : Map.of(),
            2,
            Progress.silent());
    assertThat(outcome.table().rows()).hasSize(6);
    SplitScorer.Outcome limited =
        SplitScorer.score(
            PdmScorer.NAME,
            dataset,
            filter.withMaxScenes(3),
            SplitScorerTest::baselines,
            2,
            Progress.silent());
    assertThat(limited.table().rows()).hasSize(6);
  }

  @Test
  void scorersAreChosenByNameAndNamedInTheResult() throws IOException {
    SplitScorer.Outcome outcome =
        SplitScorer.score(
            EpdmsScorer.NAME,
            dataset,
            SceneFilter.standard().withFrameInterval(1),
            SplitScorerTest::baselines,
            2,
            Progress.silent());
    assertThat(outcome.table().scorer()).isEqualTo("epdms-v2");
    JsonNode expected =
        new ObjectMapper()
            .readTree(SharedFiles.bundledOracle().resolve("v2_expected.json").toFile());
    for (String name : outcome.table().names()) {
      Map<String, Double> scores = outcome.table().column(name, ScoreTable.SCORE);
      for (JsonNode scene : expected.get("scenes")) {
        double wanted = scene.get("trajectories").get(name).get("epdms").asDouble();
        assertThat(scores.get(scene.get("token").asText())).isCloseTo(wanted, within(1e-9));
      }
    }
    assertThatThrownBy(
            () ->
                SplitScorer.score(
                    "pdms-v1", dataset, filter, SplitScorerTest::baselines, 1, Progress.silent()))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("pdms-v1.1");
  }

  /** The bits were taken with JDK 17 and 25, compiled and interpreted: all the same. */
  @Test
  void everyJavaRuntimeGivesTheSameBits() {
    SplitScorer.Outcome outcome =
        SplitScorer.score(dataset, filter, SplitScorerTest::baselines, 2, Progress.silent());
    long hash = 17;
    for (ScoreRow row : outcome.table().rows()) {
      for (double value : row.values()) {
        hash = 31 * hash + Double.doubleToLongBits(value);
      }
    }
    assertThat(hash).isEqualTo(68142591213574239L);
  }
}
