package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.drivedistill.core.Progress;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
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
        SplitScorer.score(dataset, filter, SplitScorerTest::baselines, 1, Progress.silent());
    SplitScorer.Outcome three =
        SplitScorer.score(dataset, filter, SplitScorerTest::baselines, 3, Progress.silent());
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
            dataset,
            filter,
            scene -> scene.firstFrame() == 0 ? baselines(scene) : Map.of(),
            2,
            Progress.silent());
    assertThat(outcome.table().rows()).hasSize(6);
    SplitScorer.Outcome limited =
        SplitScorer.score(
            dataset, filter.withMaxScenes(3), SplitScorerTest::baselines, 2, Progress.silent());
    assertThat(limited.table().rows()).hasSize(6);
  }
}
