package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.EpdmsScorer.HumanFilter;
import io.drivedistill.navsim.score.EpdmsScorer.Previous;
import io.drivedistill.navsim.score.TwoStageScorer.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded scenes play both stages; what is expected follows from the scores of one stage. */
final class TwoStageScorerTest {
  private final NavsimDataset dataset = NavsimDataset.open(SharedFiles.bundledOracle(), "dev");
  private final Map<String, Scene> scenes = new HashMap<>();
  private final Map<String, EpdmsCache> caches = new HashMap<>();
  private final List<List<String>> pairs = new ArrayList<>();

  @TempDir Path folder;

  TwoStageScorerTest() {
    SceneFilter all = SceneFilter.standard().withFrameInterval(1);
    for (String log : dataset.logNames().subList(0, 2)) {
      List<Scene> both = dataset.scenesOfLog(log, all).subList(0, 2);
      for (Scene scene : both) {
        scenes.put(scene.token(), scene);
        caches.put(scene.token(), EpdmsCache.build(scene, dataset.map(scene.mapLocation())));
      }
      pairs.add(List.of(both.get(1).token(), both.get(0).token()));
    }
  }

  @Test
  void theSceneThatStartsWhereThePlanEndsCountsAlone() {
    Trajectory stand = Trajectory.of(new double[8][3], 0.5);
    Result result = TwoStageScorer.score(List.of(group(0, 1)), caches::get, token -> stand);
    double stageOne = 0;
    double combined = 0;
    double stageTwo = 0;
    for (String token : pairs.get(0)) {
      double first = score(token, stand, 0, HumanFilter.REACHES_SCORE);
      double second = score(token, stand, 0, HumanFilter.NONE);
      stageOne += first / 2;
      stageTwo += second / 2;
      combined += first * second / 2;
    }
    assertThat(result.stageOne()).isCloseTo(stageOne, within(1e-12));
    assertThat(result.stageTwo()).isCloseTo(stageTwo, within(1e-12));
    assertThat(result.combined()).isCloseTo(combined, within(1e-12));
  }

  @Test
  void scenesThatAllStartFarAwayCountAlike() {
    double[][] away = scenes.get(pairs.get(0).get(0)).humanTrajectory().toArray();
    away[7][0] += 50;
    Trajectory plan = Trajectory.of(away, 0.5);
    Result result = TwoStageScorer.score(List.of(group(0, 1)), caches::get, token -> plan);
    double stageTwo = 0;
    for (int p = 0; p < 2; p++) {
      for (String token : pairs.get(p)) {
        stageTwo += score(token, plan, p, HumanFilter.NONE) / 4;
      }
    }
    assertThat(result.stageTwo()).isCloseTo(stageTwo, within(1e-12));
  }

  @Test
  void framesOfDifferentLogsAreRefused() {
    TwoStageGroup wrong =
        new TwoStageGroup(pairs.get(0).get(0), pairs.get(1).get(1), group(0, 1).secondStage());
    assertThatThrownBy(
            () ->
                TwoStageScorer.score(
                    List.of(wrong), caches::get, token -> scenes.get(token).humanTrajectory()))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("does not follow");
  }

  @Test
  void groupsAreReadFromTheOfficialSplitFile() throws IOException {
    Path file = folder.resolve("two_stage.yaml");
    Files.writeString(
        file,
        """
        defaults:
        - scene_filter: two_stage
        data_split: test
        reactive_all_mapping:
        - - '4cac'
          - '2382'
          - - - '5b73b'
              - 'cc716'
            - - '10933'
              - 'dedf2'
        """);
    assertThat(TwoStageGroup.read(file))
        .containsExactly(
            new TwoStageGroup(
                "4cac",
                "2382",
                List.of(
                    new TwoStageGroup.Pair("5b73b", "cc716"),
                    new TwoStageGroup.Pair("10933", "dedf2"))));
    Files.writeString(file, "tokens: [a]");
    assertThatThrownBy(() -> TwoStageGroup.read(file))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("no reactive_all_mapping");
  }

  /** A scene and its neighbours: both pairs are the second stage. */
  private TwoStageGroup group(int first, int other) {
    List<TwoStageGroup.Pair> second = new ArrayList<>();
    for (int p : new int[] {first, other}) {
      second.add(new TwoStageGroup.Pair(pairs.get(p).get(0), pairs.get(p).get(1)));
    }
    return new TwoStageGroup(pairs.get(first).get(0), pairs.get(first).get(1), second);
  }

  private double score(String token, Trajectory plan, int pair, HumanFilter filter) {
    List<String> both = pairs.get(pair);
    OptionalDouble steady =
        EpdmsScorer.steady(
            caches.get(both.get(0)), plan, new Previous(caches.get(both.get(1)), plan));
    return EpdmsScorer.score(caches.get(token), plan, steady, filter).score();
  }
}
