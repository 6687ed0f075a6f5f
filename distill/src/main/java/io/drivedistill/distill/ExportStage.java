package io.drivedistill.distill;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.Provenance;
import io.drivedistill.core.Stage;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.LatencyBench;
import io.drivedistill.export.ModelCard;
import io.drivedistill.export.ModelLatency;
import io.drivedistill.export.OnnxExporter;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.Parity;
import io.drivedistill.export.Precision;
import io.drivedistill.export.precision.CalibrationSettings;
import io.drivedistill.export.precision.HalfPrecisionModel;
import io.drivedistill.export.precision.IntegerModel;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.nn.Weights;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.head.PlanningHead;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Exports the distilled student to ONNX, proves it equal to the trained network on random inputs,
 * times both, and does the same in every wanted precision. Leaves {@code model/student.onnx},
 * {@code model/student-fp16.onnx} and so on, and {@code model/card.json}.
 */
final class ExportStage {
  private static final String NAME = "export";
  private static final int CODE_VERSION = 4;
  private static final String MODEL_FOLDER = "model";
  private static final String MODEL_NAME = "student";
  private static final int WARM_UP = 10;
  private static final double RATE_HZ = 10;
  private static final int PACED_RUNS = 20;

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
    try (NDManager manager = NDManager.newBaseManager()) {
      StudentModel model = students.trained(GuidanceKind.DISTILLED, distilled, manager);
      List<InputSpec> inputs = model.inputs().stream().map(ExportStage::testInput).toList();
      List<String> outputs = model.outputs().stream().map(TensorSpec::name).toList();
      OnnxModel onnx = new OnnxExporter().export(model, inputs, outputs);
      Parity.Report parity =
          Parity.check(
              model,
              onnx,
              outputs,
              context.experiment().seed(),
              List.of(1, 2, 5),
              settings.tolerance());
      Map<Precision, OnnxModel> models = new EnumMap<>(Precision.class);
      PlannerInputs prepared = PlannerInputs.prepared(model.student().noise());
      for (Precision precision : settings.precisions()) {
        models.put(precision, converted(onnx, prepared, precision, labelled));
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
      LatencyBench.Settings timing =
          new LatencyBench.Settings(WARM_UP, settings.latencyRuns(), PACED_RUNS, RATE_HZ);
      List<ModelCard.PrecisionResult> results =
          new PrecisionStudy(context, data, heldOut, timing)
              .results(
                  MODEL_NAME, model.trajectory().name(), driven, models, parity.largestRelative());
      List<LatencyBench.Report> latency =
          List.of(results.get(0).latency(), ModelLatency.eager(model, inputs, timing));
      card(model, counting, counted, score, parity, latency, results)
          .write(folder.resolve(MODEL_FOLDER), models);
      LatencyBench.Report exported = latency.get(0);
      context
          .tell()
          .accept(
              String.format(
                  Locale.ROOT,
                  "Exported %s: largest relative difference to DJL %.1e, %.2f ms median in ONNX"
                      + " Runtime, %.2f ms in DJL",
                  folder.resolve(MODEL_FOLDER).resolve(MODEL_NAME + ".onnx"),
                  parity.largestRelative(),
                  exported.backToBack().p50Ms(),
                  latency.get(1).backToBack().p50Ms()));
    }
  }

  private OnnxModel converted(
      OnnxModel onnx, PlannerInputs inputs, Precision precision, SampleStore labelled) {
    CalibrationSettings calibration = context.experiment().export().calibration();
    return switch (precision) {
      case FP32 -> onnx;
      case FP16 -> HalfPrecisionModel.of(onnx);
      case INT8, INT8_MIN_MAX ->
          IntegerModel.of(
              onnx,
              inputs.some(labelled, calibration.scenes()),
              precision == Precision.INT8 ? calibration : calibration.minMax());
    };
  }

  /** Values that sensors and chance can give. */
  static InputSpec testInput(TensorSpec spec) {
    if (spec.name().equals(PlanningHead.NOISE)) {
      return InputSpec.of(spec, -3, 3);
    }
    return spec.dtype() == Dtype.U8 ? InputSpec.of(spec, 0, 256) : InputSpec.of(spec, -3, 10);
  }

  private ModelCard card(
      StudentModel model,
      Optional<CountingInside> counting,
      Optional<ModelCard.PointCounting> counted,
      Stage score,
      Parity.Report parity,
      List<LatencyBench.Report> latency,
      List<ModelCard.PrecisionResult> precisions) {
    Provenance made = Provenance.capture(context.experiment().key(), context.experiment().seed());
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("experiment", context.experiment().name());
    provenance.put("experiment key", made.configKey().hex());
    provenance.put("seed", Long.toString(made.seed()));
    provenance.put("DriveDistill", made.toolVersion() + ", commit " + made.commit());
    provenance.put("java", made.javaVersion());
    provenance.put("machine", made.operatingSystem() + ", " + made.processors() + " processors");
    ScoreTable table = ScoreStage.table(score);
    String agent = StudentStage.agentName(GuidanceKind.DISTILLED);
    Map<String, Double> scores = new LinkedHashMap<>();
    List<Double> means = table.means(agent);
    for (int i = 0; i < means.size(); i++) {
      scores.put(
          table.scorer() + " on " + table.split() + ": " + table.columns().get(i), means.get(i));
    }
    return new ModelCard(
        MODEL_NAME,
        model.inputs().stream().map(spec -> port(spec, counting)).toList(),
        model.outputs().stream().map(spec -> new ModelCard.Port(spec, "none")).toList(),
        OnnxExporter.OPSET,
        Weights.count(model),
        provenance,
        scores,
        parity,
        latency,
        precisions,
        counted,
        Optional.of(Map.copyOf(context.experiment().student().choice().settings())));
  }

  private static ModelCard.Port port(TensorSpec spec, Optional<CountingInside> counting) {
    return counting
        .filter(inside -> inside.counts().equals(spec.name()))
        .map(inside -> new ModelCard.Port(inside.input().spec(), inside.input().normalization()))
        .orElseGet(() -> new ModelCard.Port(spec, normalization(spec)));
  }

  private static String normalization(TensorSpec spec) {
    return spec.dtype() == Dtype.U8 ? "raw bytes; scaled inside the network" : "none";
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
