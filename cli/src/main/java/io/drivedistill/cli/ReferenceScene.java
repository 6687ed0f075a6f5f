package io.drivedistill.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.Progress;
import io.drivedistill.core.TemporaryFolder;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.navsim.score.SplitScorer;
import io.drivedistill.navsim.submission.NamedTrajectory;
import io.drivedistill.navsim.submission.TrajectoryLines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two small scenes inside the jar, with trajectories and the scores that NAVSIM's own code gave
 * them. Scoring them here tells whether this machine computes what it should.
 */
final class ReferenceScene {
  private static final String SPLIT = "reference";
  private static final List<String> FILES =
      List.of(
          "maps/nuplan-maps-v1.0.json",
          "maps/us-nv-las-vegas-strip/9.15.1915/map.gpkg",
          "navsim_logs/reference/2021.08.15.11.53.00_veh-43_a14.pkl",
          "trajectories.jsonl",
          "scores.json");

  private ReferenceScene() {}

  /**
   * What the comparison found.
   *
   * @param trajectories number of trajectories scored
   * @param largestDifference largest difference of a score from the official one
   */
  record Comparison(int trajectories, double largestDifference) {}

  /** Unpacks the scenes into a temporary folder, scores them and compares. */
  static Comparison compare() throws IOException {
    try (TemporaryFolder temporary = TemporaryFolder.of("reference")) {
      Path folder = temporary.path();
      for (String file : FILES) {
        unpack(file, folder.resolve(file));
      }
      Map<String, Map<String, Trajectory>> plans = new LinkedHashMap<>();
      for (NamedTrajectory line : TrajectoryLines.read(folder.resolve("trajectories.jsonl"))) {
        plans
            .computeIfAbsent(line.token(), token -> new LinkedHashMap<>())
            .put(line.name(), line.trajectory());
      }
      ScoreTable table =
          SplitScorer.score(
                  NavsimDataset.open(folder, SPLIT),
                  SceneFilter.standard().withFrameInterval(1).withTokens(plans.keySet()),
                  scene -> plans.get(scene.token()),
                  1,
                  Progress.silent())
              .table();
      Map<String, Double> official =
          new ObjectMapper()
              .readValue(folder.resolve("scores.json").toFile(), new TypeReference<>() {});
      return difference(table, official);
    }
  }

  private static Comparison difference(ScoreTable table, Map<String, Double> official) {
    double largest = table.rows().size() == official.size() ? 0 : Double.POSITIVE_INFINITY;
    for (String name : table.names()) {
      for (Map.Entry<String, Double> row : table.column(name, ScoreTable.SCORE).entrySet()) {
        double expected = official.getOrDefault(row.getKey() + " " + name, Double.NaN);
        double difference = Math.abs(row.getValue() - expected);
        largest = difference <= largest ? largest : difference;
      }
    }
    return new Comparison(table.rows().size(), largest);
  }

  private static void unpack(String file, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    try (InputStream in = ReferenceScene.class.getResourceAsStream(SPLIT + "/" + file)) {
      if (in == null) {
        throw new IOException("The jar has no " + file);
      }
      Files.copy(in, target);
    }
  }
}
