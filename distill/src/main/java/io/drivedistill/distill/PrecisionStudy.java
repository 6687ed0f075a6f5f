package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.export.LatencyBench;
import io.drivedistill.export.ModelCard.PrecisionResult;
import io.drivedistill.export.ModelLatency;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.export.Precision;
import io.drivedistill.export.SessionSettings;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.navsim.score.SplitScorer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Drives scenes with one exported student in several precisions, and times each.
 *
 * @param scenes as the student takes them
 * @param session that plans and is timed
 * @param tell is told each result
 */
record PrecisionStudy(
    SampleStore scenes,
    SessionSettings session,
    LatencyBench.Settings timing,
    Progress.Display display,
    Consumer<String> tell) {

  /**
   * Drives and times.
   *
   * @param name of the models' files
   * @param output the planned trajectory
   * @param inputs what the planner gets
   * @param models by precision, FP32 among them
   * @param difference of the FP32 model to the trained network
   */
  List<PrecisionResult> results(
      String name,
      String output,
      PlannerInputs inputs,
      Map<Precision, OnnxModel> models,
      double difference) {
    Map<Precision, Map<String, Trajectory>> plans = new LinkedHashMap<>();
    int all = scenes.size() * models.size();
    try (Progress progress = display.open("Planning with the exported student", all)) {
      models.forEach(
          (precision, model) -> {
            try (OnnxSession loaded = OnnxSession.of(model, session)) {
              plans.put(precision, ExportedPlanner.plan(loaded, output, inputs, scenes, progress));
            }
          });
    }
    ScoreTable table = score(plans);
    List<PrecisionResult> results = new ArrayList<>();
    models.forEach(
        (precision, model) -> {
          PrecisionResult result =
              new PrecisionResult(
                  precision,
                  precision.fileOf(name),
                  model.weightBytes(),
                  precision == Precision.FP32
                      ? difference
                      : ExportedPlanner.largestRelative(
                          plans.get(precision), plans.get(Precision.FP32)),
                  ExportedPlanner.largestChangeM(plans.get(precision), plans.get(Precision.FP32)),
                  Optional.of(table.meanScore(precision.name())),
                  scenes.size(),
                  ModelLatency.onnxRuntime(model, session, timing));
          results.add(result);
          tell.accept(line(result));
        });
    return results;
  }

  private static String line(PrecisionResult result) {
    return String.format(
        Locale.ROOT,
        "%-12s %7.2f MB, differs by %.1e, PDMS %.2f on %d scenes, plans up to %.3f m from"
            + " FP32, %.2f ms median",
        result.precision(),
        result.weightBytes() / 1e6,
        result.largestRelative(),
        100 * result.score().orElseThrow(),
        result.scenes(),
        result.largestChangeM(),
        result.latency().backToBack().p50Ms());
  }

  private ScoreTable score(Map<Precision, Map<String, Trajectory>> plans) {
    SplitScorer.Outcome outcome =
        SplitScorer.score(
            scenes.dataset(),
            scenes.filter(),
            scene -> {
              Map<String, Trajectory> byPrecision = new LinkedHashMap<>();
              plans.forEach((p, byToken) -> byPrecision.put(p.name(), byToken.get(scene.token())));
              return byPrecision;
            },
            Parallel.processors(),
            display);
    if (!outcome.failures().isEmpty()) {
      throw new DriveDistillException(
          "A scene could not be scored: " + outcome.failures().get(0),
          "Maybe its log or map is damaged, or changed after the score stage.");
    }
    return outcome.table();
  }
}
