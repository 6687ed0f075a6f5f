package io.drivedistill.tests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The experiment with as little work as possible. */
final class SmallestExperiment {
  private static final String BEGIN = "  transfuser:\n";
  private static final String END = "  guidance:\n";
  private static final String COUNTED_POINTS = "  lidar: POINTS_XYZI\n";

  private SmallestExperiment() {}

  /**
   * Writes it with another planner, one that counts no LiDAR points.
   *
   * @param planner block of YAML, indented by two
   */
  static Path with(Path folder, String planner) throws IOException {
    String text;
    try (InputStream in =
        Objects.requireNonNull(SmallestExperiment.class.getResourceAsStream("smallest.yaml"))) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    int from = text.indexOf(BEGIN);
    int to = text.indexOf(END);
    Path config = folder.resolve("smallest.yaml");
    String changed = text.substring(0, from) + planner + text.substring(to);
    return Files.writeString(config, changed.replace(COUNTED_POINTS, ""));
  }
}
