package io.drivedistill.distill;

import io.drivedistill.core.Stage;
import io.drivedistill.distill.report.ReportModel.Chart;
import io.drivedistill.distill.report.ReportModel.Point;
import io.drivedistill.distill.report.ReportModel.Series;
import io.drivedistill.nn.training.LossHistory;
import io.drivedistill.nn.training.StepReport;
import io.drivedistill.nn.training.TrainingLoop;
import io.drivedistill.student.GuidanceKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Training curves of a run, each point the mean over a fiftieth of the training. */
final class LossCharts {
  private static final int POINTS = 50;
  private static final String STEP = "step";

  private final List<Chart> charts = new ArrayList<>();

  LossCharts(
      Map<String, Path> latentActionTrainings, Stage teacher, Map<GuidanceKind, Stage> students) {
    List<Series> latentAction = new ArrayList<>();
    latentActionTrainings.forEach(
        (name, folder) ->
            read(folder).ifPresent(h -> latentAction.add(series(name, h, StepReport::loss))));
    add("Latent action model", "loss", latentAction);
    read(teacher.folder())
        .ifPresent(
            history -> {
              add(
                  "Teacher, codes",
                  "cross-entropy, nats",
                  List.of(series("training batches", history, StepReport::loss)));
              add(
                  "Teacher, accuracy",
                  "share of codes",
                  List.of(series("training batches", history, metric("accuracy"))));
            });
    List<Series> trajectories = new ArrayList<>();
    students.forEach(
        (kind, stage) ->
            read(stage.folder())
                .ifPresent(
                    history ->
                        trajectories.add(
                            series(StudentStage.agentName(kind), history, metric("trajectory")))));
    add("Students, trajectory", "mean absolute error of poses", trajectories);
    read(students.get(GuidanceKind.DISTILLED).folder())
        .ifPresent(
            history ->
                add(
                    "Distilled student, imitation",
                    "loss",
                    List.of(
                        series("divergence of codes", history, metric("codes")),
                        series("distance of features", history, metric("features")))));
  }

  List<Chart> charts() {
    return List.copyOf(charts);
  }

  private void add(String title, String yName, List<Series> series) {
    List<Series> drawn = series.stream().filter(one -> !one.points().isEmpty()).toList();
    if (!drawn.isEmpty()) {
      charts.add(new Chart(title, STEP, yName, drawn));
    }
  }

  private static Optional<List<StepReport>> read(Path folder) {
    Path file = folder.resolve(TrainingLoop.HISTORY_FILE);
    return Files.exists(file) ? Optional.of(LossHistory.read(file)) : Optional.empty();
  }

  private static ToDoubleFunction<StepReport> metric(String name) {
    return report -> report.metrics().getOrDefault(name, Double.NaN);
  }

  private static Series series(
      String name, List<StepReport> history, ToDoubleFunction<StepReport> value) {
    int width = Math.max(1, history.size() / POINTS);
    List<Point> points = new ArrayList<>();
    for (int from = 0; from < history.size(); from += width) {
      List<StepReport> bin = history.subList(from, Math.min(from + width, history.size()));
      double mean = bin.stream().mapToDouble(value).average().orElse(Double.NaN);
      if (Double.isFinite(mean)) {
        points.add(new Point(bin.get(bin.size() / 2).step(), mean));
      }
    }
    return new Series(name, points);
  }
}
