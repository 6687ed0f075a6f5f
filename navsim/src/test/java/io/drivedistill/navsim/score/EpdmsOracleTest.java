package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.EpdmsScorer.HumanFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EpdmsOracleTest {
  @Test
  void bundledScenesAreScoredAsTheOfficialCodeDoes() throws IOException {
    assertThat(check(SharedFiles.bundledOracle())).isEqualTo(54);
  }

  @Test
  void allReferenceScenesAreScoredAsTheOfficialCodeDoes() throws IOException {
    assertThat(check(SharedFiles.oracle())).isEqualTo(594);
  }

  private static int check(Path root) throws IOException {
    JsonNode expected = new ObjectMapper().readTree(root.resolve("v2_expected.json").toFile());
    NavsimDataset dataset = NavsimDataset.open(root, "dev");
    Map<String, JsonNode> scenes = new HashMap<>();
    expected.get("scenes").forEach(scene -> scenes.put(scene.get("token").asText(), scene));
    Map<String, EpdmsCache> caches = new HashMap<>();
    SceneFilter every = SceneFilter.standard().withFrameInterval(1);
    int checked = 0;
    for (Scene scene : dataset.scenes(every).toList()) {
      JsonNode wanted = scenes.get(scene.token());
      if (wanted == null) {
        continue;
      }
      EpdmsCache cache = EpdmsCache.build(scene, dataset.map(scene.mapLocation()));
      caches.put(scene.token(), cache);
      List<double[]> reference = cache.metricCache().referencePoses();
      for (int c = 0; c < 2; c++) {
        assertThat(reference.get(40)[c])
            .as("%s: reference at 4 s", scene.token())
            .isCloseTo(wanted.get("best_proposal_endpoint").get(c).asDouble(), within(1e-6));
      }
      for (Map.Entry<String, JsonNode> entry : wanted.get("trajectories").properties()) {
        check(
            scene.token() + " " + entry.getKey(),
            entry.getKey(),
            cache,
            entry.getValue(),
            scenes,
            caches);
        checked++;
      }
    }
    return checked;
  }

  private static void check(
      String what,
      String name,
      EpdmsCache cache,
      JsonNode wanted,
      Map<String, JsonNode> scenes,
      Map<String, EpdmsCache> caches) {
    Optional<EpdmsScorer.Previous> previous = Optional.empty();
    if (!wanted.get("previous_token").isNull()) {
      String token = wanted.get("previous_token").asText();
      previous =
          Optional.of(
              new EpdmsScorer.Previous(
                  caches.get(token), trajectory(scenes.get(token).get("trajectories").get(name))));
    }
    EpdmsScore score = EpdmsScorer.score(cache, trajectory(wanted), previous);
    JsonNode result = wanted.get("result");
    List<Double> values = score.values();
    for (int c = 0; c < 8; c++) {
      String column = EpdmsScore.COLUMNS.get(c);
      assertThat(values.get(c))
          .as("%s: %s", what, column)
          .isCloseTo(
              result.get(column).asDouble(), within(column.equals("ego_progress") ? 1e-9 : 0));
    }
    assertThat(score.unfilteredScore())
        .as("%s: pdm_score", what)
        .isCloseTo(result.get("pdm_score").asDouble(), within(1e-9));
    JsonNode extended = wanted.get("two_frame_extended_comfort");
    EpdmsScore beforeFix =
        EpdmsScorer.score(cache, trajectory(wanted), previous, HumanFilter.BEFORE_FIX);
    assertThat(beforeFix.values().subList(0, 9)).as(what).isEqualTo(values.subList(0, 9));
    if (extended.isNull()) {
      assertThat(score.extendedComfort()).as(what).isEmpty();
      assertThat(beforeFix.score())
          .as("%s: score before the filter fix", what)
          .isCloseTo(result.get("pdm_score").asDouble(), within(1e-9));
    } else {
      assertThat(score.extendedComfort()).as("%s: EC", what).hasValue(extended.asDouble());
    }
    assertThat(score.score())
        .as("%s: score", what)
        .isCloseTo(wanted.get("epdms").asDouble(), within(1e-9));
  }

  private static Trajectory trajectory(JsonNode node) {
    List<double[]> poses = new ArrayList<>();
    for (JsonNode pose : node.get("poses")) {
      poses.add(
          new double[] {pose.get(0).asDouble(), pose.get(1).asDouble(), pose.get(2).asDouble()});
    }
    return Trajectory.of(poses.toArray(new double[0][]), 0.5);
  }
}
