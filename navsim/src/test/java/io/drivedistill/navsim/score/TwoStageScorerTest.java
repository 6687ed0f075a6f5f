package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TwoStageScorerTest {
  private static final TwoStageGroup HAND =
      new TwoStageGroup(
          "a1",
          "a0",
          List.of(new TwoStageGroup.Pair("b1", "b0"), new TwoStageGroup.Pair("c1", "c0")));

  @TempDir Path folder;

  /**
   * Plans of both times end at (0, 0). Scenes b start there, scenes c start 0.4 m away: weights 1
   * and exp(-0.16 / 0.2) = 0.449328964117222, together 1.449328964117222.
   */
  @Test
  void groupsAreAggregatedAsCalculatedByHand() {
    List<ScoreRow> frames =
        List.of(
            frame("a0", 0, 1, 0.5, 1, Double.NaN, 0),
            frame("a1", 1, 0.5, 1, 1, 1, 0), // 0.5 * (5 + 5 + 2 + 2 + 2) / 16
            frame("b0", 0, 1, 1, 1, Double.NaN, 0),
            frame("b1", 1, 1, 0.2, 0, 0, 0), // (1 + 0 + 2 + 2 + 0) / 16
            frame("c0", 0, 0, 1, 1, Double.NaN, 0.4),
            frame("c1", 1, 1, 1, 1, 1, 0.4));
    List<ScoreRow> rows = new ArrayList<>();
    assertThat(TwoStageScorer.score(List.of(HAND), sink -> all(frames, sink), rows::add)).isEmpty();
    assertThat(rows).hasSize(1);
    Map<String, Double> found = named(rows.get(0));
    double weightB = 1 / 1.449328964117222;
    double weightC = 0.449328964117222 / 1.449328964117222;
    // Stage one: a0 (2.5 + 5 + 2 + 2 + 2) / 16, a1 half of 16 / 16.
    double firstBefore = 13.5 / 16;
    double firstNow = 0.5;
    // Stage two: b0 takes the comfort 0 of its pair, c0 is 0 by its collision.
    double secondBefore = weightB * 14 / 16;
    double secondNow = weightB * 5 / 16 + weightC * 1;
    assertThat(found.get("score_stage_one")).isCloseTo((firstBefore + firstNow) / 2, within(1e-12));
    assertThat(found.get("score_stage_two"))
        .isCloseTo((secondBefore + secondNow) / 2, within(1e-12));
    assertThat(found.get("score"))
        .isCloseTo((firstBefore * secondBefore + firstNow * secondNow) / 2, within(1e-12));
    assertThat(found.get("score")).isCloseTo(0.3861, within(5e-5));
    assertThat(found.get("ego_progress_stage_one")).isEqualTo(0.75);
    assertThat(found.get("two_frame_extended_comfort_stage_two")).isCloseTo(weightC, within(1e-12));
    assertThat(rows.get(0).token()).isEqualTo("a1");
  }

  @Test
  void scenesThatAllStartFarAwayCountAlike() {
    List<ScoreRow> frames =
        List.of(
            frame("a0", 0, 1, 1, 1, Double.NaN, 0),
            frame("a1", 1, 1, 1, 1, 1, 0),
            frame("b0", 0, 1, 1, 1, Double.NaN, 50),
            frame("b1", 1, 1, 1, 1, 1, 50),
            frame("c0", 0, 0, 1, 1, Double.NaN, 3),
            frame("c1", 1, 0, 1, 1, 1, 3));
    List<ScoreRow> rows = new ArrayList<>();
    TwoStageScorer.score(List.of(HAND), sink -> all(frames, sink), rows::add);
    assertThat(named(rows.get(0)).get("score")).isEqualTo(0.5);
  }

  @Test
  void aGroupThatLacksASceneHasNoRowAndSaysWhy() {
    List<ScoreRow> frames =
        new ArrayList<>(
            List.of(
                frame("a0", 0, 1, 1, 1, Double.NaN, 0),
                frame("a1", 1, 1, 1, 1, 1, 0),
                frame("b0", 0, 1, 1, 1, Double.NaN, 0),
                frame("b1", 1, 1, 1, 1, 1, 0),
                frame("c0", 0, 0, 1, 1, Double.NaN, 0)));
    assertThat(failures(frames))
        .containsExactly("scene c1 of its group: there is no trajectory 'p' for it");
    frames.add(frame("c1", 1, 1, 1, 1, Double.NaN, 0));
    assertThat(failures(frames))
        .containsExactly("scene c1 does not follow scene c0 within 0.55 s of one log");
    assertThat(failures(List.of()))
        .containsExactly("none of the scenes of its group could be scored");
  }

  private static List<String> failures(List<ScoreRow> frames) {
    List<ScoreRow> rows = new ArrayList<>();
    List<String> reasons =
        TwoStageScorer.score(List.of(HAND), sink -> all(frames, sink), rows::add).stream()
            .map(SplitScorer.Failure::reason)
            .toList();
    assertThat(rows).isEmpty();
    return reasons;
  }

  /**
   * Two recorded drives play both stages; what is expected follows from the scores of one stage.
   */
  @Test
  void recordedScenesAreScoredThroughTheSplit() {
    NavsimDataset dataset = NavsimDataset.open(SharedFiles.bundledOracle(), "dev");
    SceneFilter all = SceneFilter.standard().withFrameInterval(1);
    Map<String, EpdmsCache> caches = new HashMap<>();
    List<TwoStageGroup.Pair> pairs = new ArrayList<>();
    for (String log : dataset.logNames().subList(0, 2)) {
      List<Scene> both = dataset.scenesOfLog(log, all).subList(0, 2);
      for (Scene scene : both) {
        caches.put(scene.token(), EpdmsCache.build(scene, dataset.map(scene.mapLocation())));
      }
      pairs.add(new TwoStageGroup.Pair(both.get(1).token(), both.get(0).token()));
    }
    Trajectory stand = Trajectory.of(new double[8][3], 0.5);
    TwoStageGroup group = new TwoStageGroup(pairs.get(0).now(), pairs.get(0).previous(), pairs);
    SplitScorer.Job job =
        new SplitScorer.Job(
            TwoStageScorer.NAME, dataset, all.withTokens(caches.keySet()), Optional.empty(), 1);
    List<ScoreRow> rows = new ArrayList<>();
    assertThat(
            TwoStageScorer.score(
                List.of(group),
                sink ->
                    SplitScorer.score(
                        job, token -> Map.of("stand", stand), sink, Progress.silent()),
                rows::add))
        .isEmpty();
    // Whoever stands ends where the first pair starts; the other drive is far away.
    OptionalDouble steady =
        EpdmsScorer.score(
                caches.get(group.now()),
                stand,
                Optional.of(new EpdmsScorer.Previous(caches.get(group.previous()), stand)))
            .extendedComfort();
    double combined = 0;
    for (String token : List.of(group.now(), group.previous())) {
      double first = score(caches.get(token), stand, EpdmsScorer.HumanFilter.REACHES_SCORE, steady);
      double second = score(caches.get(token), stand, EpdmsScorer.HumanFilter.NONE, steady);
      combined += first * second / 2;
    }
    assertThat(named(rows.get(0)).get("score")).isCloseTo(combined, within(1e-12));
    assertThat(combined).isPositive();
  }

  private static double score(
      EpdmsCache cache, Trajectory plan, EpdmsScorer.HumanFilter filter, OptionalDouble steady) {
    return EpdmsScorer.score(cache, plan, Optional.empty(), filter)
        .withExtendedComfort(steady.getAsDouble())
        .score();
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
    List<TwoStageGroup> groups = TwoStageGroup.read(file);
    assertThat(groups)
        .containsExactly(
            new TwoStageGroup(
                "4cac",
                "2382",
                List.of(
                    new TwoStageGroup.Pair("5b73b", "cc716"),
                    new TwoStageGroup.Pair("10933", "dedf2"))));
    assertThat(TwoStageScorer.tokens(groups))
        .isEqualTo(Set.of("4cac", "2382", "5b73b", "cc716", "10933", "dedf2"));
    Files.writeString(file, "tokens: [a]");
    assertThatThrownBy(() -> TwoStageGroup.read(file))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("no reactive_all_mapping");
  }

  /** The row of a plan 'p' that ends at (0, 0) from a scene that starts at (0, startYM). */
  private static ScoreRow frame(
      String token,
      int halfSeconds,
      double collision,
      double progress,
      double ttc,
      double steady,
      double startYM) {
    EpdmsScore score =
        new EpdmsScore(
            collision,
            1,
            1,
            1,
            progress,
            ttc,
            1,
            1,
            Double.isNaN(steady) ? OptionalDouble.empty() : OptionalDouble.of(steady),
            Double.NaN,
            Double.NaN);
    return new ScoreRow(
        token,
        "p",
        new StagedFrame(score, score, 0, startYM, 0, 0, halfSeconds * 500_000L).values());
  }

  private static List<SplitScorer.Failure> all(List<ScoreRow> frames, Consumer<ScoreRow> sink) {
    frames.forEach(sink);
    return List.of();
  }

  private static Map<String, Double> named(ScoreRow row) {
    Map<String, Double> values = new HashMap<>();
    for (int c = 0; c < TwoStageScorer.COLUMNS.size(); c++) {
      values.put(TwoStageScorer.COLUMNS.get(c), row.values().get(c));
    }
    return values;
  }
}
