package io.drivedistill.distill.report;

import io.drivedistill.distill.report.ReportModel.Agent;
import io.drivedistill.distill.report.ReportModel.Chart;
import io.drivedistill.distill.report.ReportModel.Codebook;
import io.drivedistill.distill.report.ReportModel.Colour;
import io.drivedistill.distill.report.ReportModel.Difference;
import io.drivedistill.distill.report.ReportModel.Fact;
import io.drivedistill.distill.report.ReportModel.Interval;
import io.drivedistill.distill.report.ReportModel.Latency;
import io.drivedistill.distill.report.ReportModel.Point;
import io.drivedistill.distill.report.ReportModel.Precision;
import io.drivedistill.distill.report.ReportModel.Scene;
import io.drivedistill.distill.report.ReportModel.SceneScore;
import io.drivedistill.distill.report.ReportModel.Series;
import io.drivedistill.distill.report.ReportModel.SubScore;
import io.drivedistill.distill.report.ReportModel.TokenAccuracy;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** A report with made-up values in every section. */
final class SampleReport {
  private static final List<String> PARTS =
      List.of(
          "No at-fault collision",
          "Drivable area",
          "Progress",
          "Time to collision",
          "Comfort",
          "Direction");

  private SampleReport() {}

  static ReportModel make() {
    return new ReportModel(
        "Sample <report> & layout",
        "Made-up values that fill every section of the page, for looking at its layout.",
        List.of(
            "The distilled student scores 3.1 points more than the baseline (95 % interval 1.2 to"
                + " 5.0).",
            "The teacher predicts 71 % of the codes; the most frequent code would give 24 %.",
            "The exported student needs 4.2 ms per scene on 2 cores."),
        List.of(
            agent("Human", "the recorded trajectory", 0.948, Optional.empty()),
            agent("Teacher-fused", "student with the teacher's features", 0.861, Optional.of(38.4)),
            agent("Distilled", "student with a decision transformer", 0.842, Optional.of(4.21)),
            agent("Baseline", "student without teacher", 0.811, Optional.of(3.87)),
            agent("Constant velocity", "straight on at its speed", 0.412, Optional.empty())),
        List.of(
            new Difference(
                "Distilled", "Baseline", new Interval(0.031, 0.012, 0.050), "120 scenes, 5 seeds"),
            new Difference(
                "Teacher-fused", "Baseline", new Interval(0.05, 0.03, 0.07), "120 scenes, 5 seeds"),
            new Difference(
                "Distilled", "Teacher-fused", new Interval(-0.019, -0.041, 0.003), "120 scenes")),
        List.of(
            new Latency("Distilled, ONNX Runtime, 2 threads", 4.21, 4.4, 5.02, 7.9),
            new Latency("Distilled, ONNX Runtime, 1 thread", 7.13, 7.3, 8.4, 11.2)),
        List.of(
            new Precision("FP32", 19.7, 8.5e-6, 0, 0.842, 4.21),
            new Precision("INT8", 5.1, 0.021, 0.341, 0.839, 1.9)),
        List.of(
            chart("Latent actions, stage 1", "loss", 1, 400),
            chart("Teacher", "cross-entropy, nats", 2, 2000),
            chart("Students", "loss", 3, 900)),
        List.of(codebook("Ego codes", 16, 4), codebook("Scene codes", 16, 11)),
        tokens(),
        List.of(
            new Colour("Human", "#1f2328"),
            new Colour("Teacher-fused", "#0b6bb3"),
            new Colour("Distilled", "#c8540a")),
        List.of(
            scene("Distilled gains most on the baseline", 5),
            scene("Distilled loses most on the baseline", 6)),
        List.of(
            new Fact("Version", "0.1.0, commit 0123456789abcdef0123456789abcdef01234567"),
            new Fact("Java", "17.0.15 (Debian)"),
            new Fact("Seed", "1")),
        List.of("./drivedistill run configs/quickstart.yaml"));
  }

  static ReportModel empty() {
    return new ReportModel(
        "Nothing yet",
        "No stage has finished.",
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(new Chart("Empty", "step", "loss", List.of(new Series("none", List.of())))),
        List.of(new Codebook("Unused", List.of(0L, 0L))),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static Agent agent(String name, String about, double score, Optional<Double> latency) {
    List<SubScore> parts = new ArrayList<>();
    for (int i = 0; i < PARTS.size(); i++) {
      parts.add(new SubScore(PARTS.get(i), Math.min(1, score + 0.02 * i)));
    }
    Interval interval = new Interval(score, score - 0.021, Math.min(1, score + 0.019));
    return new Agent(name, about, 120, interval, parts, latency);
  }

  private static Chart chart(String title, String y, int lines, int steps) {
    SplittableRandom random = new SplittableRandom(lines);
    List<Series> series = new ArrayList<>();
    for (int line = 0; line < lines; line++) {
      List<Point> points = new ArrayList<>();
      for (int step = 0; step < steps; step++) {
        double value = 0.4 + line * 0.2 + 2 * Math.exp(-step * 6.0 / steps);
        points.add(new Point(step, value + random.nextDouble(-0.1, 0.1)));
      }
      series.add(new Series("line " + line, points));
    }
    return new Chart(title, "step", y, series);
  }

  private static Codebook codebook(String name, int codes, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Long> counts = new ArrayList<>();
    for (int code = 0; code < codes; code++) {
      counts.add(code == 7 ? 0 : random.nextLong(500));
    }
    return new Codebook(name, counts);
  }

  private static List<TokenAccuracy> tokens() {
    List<TokenAccuracy> tokens = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String name = "interval " + (i / 4 + 1) + ", token " + (i % 4 + 1);
      tokens.add(new TokenAccuracy(name, 0.8 - 0.03 * i, 0.2 + 0.02 * (i % 4)));
    }
    return tokens;
  }

  private static Scene scene(String title, int seed) {
    return new Scene(
        title,
        "0123456789abcde" + seed,
        "The baseline cuts the corner and leaves the road; the distilled student follows the lane.",
        List.of(
            new SceneScore("Human", 0.97, ""),
            new SceneScore("Teacher-fused", 0.91, "progress"),
            new SceneScore("Distilled", 0.9, "progress"),
            new SceneScore("Baseline", 0, "left the drivable area after 1.5 s")),
        Picture.png(encode("png", 640, 640, seed)),
        Optional.of(Picture.jpeg(encode("jpg", 480, 270, seed))));
  }

  private static byte[] encode(String format, int width, int height, int seed) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setColor(new Color(0xE8EAED));
    pen.fillRect(0, 0, width, height);
    SplittableRandom random = new SplittableRandom(seed);
    for (int box = 0; box < 12; box++) {
      pen.setColor(new Color(random.nextInt(0xFFFFFF)));
      pen.fillRect(random.nextInt(width), random.nextInt(height), 40, 24);
    }
    pen.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
