package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Towns of {@code data synth}, with roundabouts, ramps and crossings that the reference scenes do
 * not have, against scores that NAVSIM's own code gave for them: branches v1.1 and main,
 * nuplan-devkit v1.2, numpy 2.2, GEOS 3.13, a fresh processor per scene. The values belong to the
 * bytes that the generator writes; who changes the generator must have them computed anew or drop
 * this test.
 */
final class OfficialTownsTest {
  @TempDir static Path data;
  private static final Map<String, Map<String, Trajectory>> PLANS = new LinkedHashMap<>();
  private static final List<JsonNode> EXPECTED = new ArrayList<>();

  @BeforeAll
  static void synthesize() throws IOException {
    SynthSpec spec =
        SynthSpec.of("syn", 14, 77)
            .withTowns(14, 20)
            .withImages(16, 16, CameraName.CAM_L0, CameraName.CAM_F0, CameraName.CAM_R0)
            .withLidar(0);
    SyntheticDataset.write(List.of(spec), data, 1, Progress.silent());
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                OfficialTownsTest.class.getResourceAsStream("/official-towns.jsonl"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode one = new ObjectMapper().readTree(line);
        EXPECTED.add(one);
        double[][] poses = new double[one.get("poses").size()][3];
        for (int i = 0; i < poses.length; i++) {
          for (int k = 0; k < 3; k++) {
            poses[i][k] = one.get("poses").get(i).get(k).asDouble();
          }
        }
        PLANS
            .computeIfAbsent(one.get("token").asText(), token -> new LinkedHashMap<>())
            .put(one.get("name").asText(), Trajectory.of(poses, 0.5));
      }
    }
  }

  @Test
  void pdmsIsThatOfTheOfficialCode() {
    compare(PdmScorer.NAME, PdmScore.COLUMNS, "pdms");
  }

  @Test
  void epdmsIsThatOfTheOfficialCode() {
    compare(EpdmsScorer.NAME, EpdmsScore.COLUMNS, "epdms");
  }

  private static void compare(String scorer, List<String> columns, String key) {
    NavsimDataset dataset = NavsimDataset.open(data, "syn");
    SceneFilter filter = SceneFilter.standard().withFrameInterval(1).withTokens(PLANS.keySet());
    SplitScorer.Job job = new SplitScorer.Job(scorer, dataset, filter, Optional.empty(), 1);
    Map<String, List<Double>> found = new LinkedHashMap<>();
    assertThat(
            SplitScorer.score(
                job,
                PLANS::get,
                row -> found.put(row.token() + row.name(), row.values()),
                Progress.silent()))
        .isEmpty();
    assertThat(found).hasSameSizeAs(EXPECTED);
    for (JsonNode one : EXPECTED) {
      List<Double> values = found.get(one.get("token").asText() + one.get("name").asText());
      for (int c = 0; c < columns.size(); c++) {
        if (!Double.isNaN(values.get(c))) {
          assertThat(values.get(c))
              .as("%s of %s in %s", columns.get(c), one.get("name"), one.get("token"))
              .isCloseTo(one.get(key).get(c).asDouble(), within(1e-9));
        }
      }
    }
  }
}
