package io.drivedistill.distill;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Provenance;
import io.drivedistill.core.Stage;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.LatencyBench;
import io.drivedistill.export.ModelCard;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.Precision;
import io.drivedistill.export.SessionSettings;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.StudentModel;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Exports the distilled student to ONNX, proves it equal to the trained network on random inputs,
 * times both, and does the same in every wanted precision. Leaves {@code model/student.onnx},
 * {@code model/student-fp16.onnx} and so on, and {@code model/card.json}.
 */
final class ExportStage {
  private static final String NAME = "export";
  private static final int CODE_VERSION = 5;
  private static final String MODEL_FOLDER = "model";

  private final RunContext context;
  private final DataStage data;
  private final StudentStage students;

  ExportStage(RunContext context, DataStage data, StudentStage students) {
    this.context = context;
    this.data = data;
    this.students = students;
  }

  /**
   * Exports.
   *
   * @param labelled prepared scenes that 8 bit integers are calibrated on
   * @param heldOut prepared scenes that every precision drives
   * @param labelledStage where the labelled scenes were prepared
   */
  Stage run(
      Stage distilled,
      Stage score,
      SampleStore labelled,
      SampleStore heldOut,
      Stage labelledStage) {
    return context
        .directory()
        .stage(
            NAME,
            Stage.key(
                NAME, CODE_VERSION, context.experiment().export(), distilled, score, labelledStage),
            folder -> export(folder, distilled, score, labelled, heldOut));
  }

  private void export(
      Path folder, Stage distilled, Stage score, SampleStore labelled, SampleStore heldOut) {
    ExportSettings settings = context.experiment().export();
    try (NDManager manager = TensorLibrary.newManager()) {
      StudentModel model = students.trained(GuidanceKind.DISTILLED, distilled, manager);
      ExportedStudent exported =
          ExportedStudent.of(model, context.experiment().seed(), settings.tolerance());
      Map<Precision, OnnxModel> models = new EnumMap<>(Precision.class);
      PlannerInputs prepared = PlannerInputs.prepared(model.student().noise());
      Iterable<Map<String, HostTensor>> calibrating =
          prepared.some(labelled, settings.calibration().scenes());
      for (Precision precision : settings.precisions()) {
        models.put(precision, exported.in(precision, settings.calibration(), calibrating));
      }
      Optional<CountingInside> counting = CountingInside.of(model.student(), settings.lidar());
      PlannerInputs driven = prepared;
      Optional<ModelCard.PointCounting> counted = Optional.empty();
      if (counting.isPresent()) {
        SceneSelection selection = context.experiment().data().heldOut();
        SceneClouds clouds =
            new SceneClouds(data.open(selection), selection, counting.get().values());
        counted =
            Optional.of(clouds.proof(counting.get().input(), counting.get().counts(), heldOut));
        models.replaceAll((p, m) -> counting.get().inFrontOf(m));
        driven = counting.get().inputs(prepared.noise(), clouds);
      }
      LatencyBench.Settings timing = ExportedStudent.timing(settings.latencyRuns());
      List<ModelCard.PrecisionResult> results =
          new PrecisionStudy(
                  heldOut,
                  SessionSettings.cpu(settings.threads()),
                  timing,
                  context.display(),
                  context.tell())
              .results(
                  ExportedStudent.NAME,
                  model.trajectory().name(),
                  driven,
                  models,
                  exported.parity().largestRelative());
      List<LatencyBench.Report> latency =
          List.of(results.get(0).latency(), exported.eagerLatency(timing));
      Path target = folder.resolve(MODEL_FOLDER);
      exported
          .card(
              context.experiment().student().choice(),
              provenance(labelled.size()),
              scores(score),
              latency,
              results,
              counting,
              counted)
          .write(target, models);
      context.tell().accept(exported.line(target, latency));
    }
  }

  private Map<String, String> provenance(int labelled) {
    Provenance made = Provenance.capture(context.experiment().key(), context.experiment().seed());
    Map<String, String> provenance = ExportedStudent.provenance(made);
    provenance.put("seed", Long.toString(made.seed()));
    provenance.put("experiment", context.experiment().name());
    provenance.put("experiment key", made.configKey().hex());
    ExportSettings settings = context.experiment().export();
    if (settings.precisions().stream().anyMatch(Precision::isCalibrated)) {
      provenance.put("calibration", settings.calibration().inWords(labelled) + " labelled scenes");
    }
    context
        .experiment()
        .student()
        .startFrom()
        .ifPresent(
            file -> {
              provenance.put("started from", file.getFileName().toString());
              provenance.put("started from SHA-256", ContentKey.ofFile(file).hex());
            });
    return provenance;
  }

  private static Map<String, Double> scores(Stage score) {
    ScoreTable table = ScoreStage.table(score);
    Map<String, Double> scores = new LinkedHashMap<>();
    List<Double> means = table.means(StudentStage.agentName(GuidanceKind.DISTILLED));
    for (int i = 0; i < means.size(); i++) {
      scores.put(
          table.scorer() + " on " + table.split() + ": " + table.columns().get(i), means.get(i));
    }
    return scores;
  }

  /** What the exported student is and how fast it runs. */
  static ModelCard card(Stage stage) {
    Path folder = stage.folder().resolve(MODEL_FOLDER);
    if (!folder.toFile().isDirectory()) {
      throw new DriveDistillException(
          "There is no exported model in " + folder, "Maybe the export stage has not run yet.");
    }
    return ModelCard.read(folder);
  }
}
