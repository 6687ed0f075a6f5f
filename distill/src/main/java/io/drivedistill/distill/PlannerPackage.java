package io.drivedistill.distill;

import io.drivedistill.core.Progress;
import io.drivedistill.export.LatencyBench;
import io.drivedistill.export.ModelCard.PrecisionResult;
import io.drivedistill.export.ModelLatency;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.Parity;
import io.drivedistill.export.Precision;
import io.drivedistill.export.SessionSettings;
import io.drivedistill.export.precision.CalibrationSettings;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.student.StudentChoice;
import io.drivedistill.student.StudentModel;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A planner with weights from elsewhere, exported in every wanted precision. */
final class PlannerPackage {
  private final CalibrationSettings calibration = CalibrationSettings.standard();
  private final ExportedStudent exported;
  private final PublishedPlanner.Packaging packaging;
  private final SessionSettings session;
  private final LatencyBench.Settings timing;
  private final Progress.Display display;
  private final Consumer<String> tell;

  /**
   * Exports in float32.
   *
   * @param tell is told the results for people
   * @throws io.drivedistill.core.DriveDistillException if ONNX Runtime and DJL differ
   */
  PlannerPackage(
      StudentModel model,
      PublishedPlanner.Packaging packaging,
      Progress.Display display,
      Consumer<String> tell) {
    exported = ExportedStudent.of(model, PublishedPlanner.SEED, Parity.TOLERANCE);
    this.packaging = packaging;
    session = SessionSettings.cpu(packaging.threads());
    timing = ExportedStudent.timing(packaging.runs());
    this.display = display;
    this.tell = tell;
  }

  /**
   * Makes the other precisions, judges all and writes the folder.
   *
   * @param provenance of the weights; what was done here is added
   * @param scenes to calibrate on and to drive, if any
   */
  void write(
      StudentChoice<?> choice,
      Map<String, String> provenance,
      Optional<SampleStore> scenes,
      Path folder) {
    PlannerInputs inputs = PlannerInputs.prepared(exported.model().student().noise());
    Map<Precision, OnnxModel> models = new EnumMap<>(Precision.class);
    for (Precision precision : packaging.precisions()) {
      models.put(
          precision,
          exported.in(
              precision,
              calibration,
              scenes.map(s -> inputs.some(s, calibration.scenes())).orElse(List.of())));
    }
    List<PrecisionResult> results =
        scenes.map(s -> driven(models, inputs, s)).orElseGet(() -> undriven(models));
    Map<String, Double> scores = new TreeMap<>();
    scenes.ifPresent(
        store -> {
          String split = " on " + store.dataset().split();
          scores.put(PdmScorer.NAME + split + ": score", results.get(0).score().orElseThrow());
          if (models.keySet().stream().anyMatch(Precision::isCalibrated)) {
            provenance.put("calibration", calibration.inWords(store.size()) + " scenes" + split);
          }
        });
    List<LatencyBench.Report> latency =
        List.of(results.get(0).latency(), exported.eagerLatency(timing));
    exported
        .card(choice, provenance, scores, latency, results, Optional.empty(), Optional.empty())
        .write(folder, models);
    tell.accept(exported.line(folder, latency));
  }

  private List<PrecisionResult> driven(
      Map<Precision, OnnxModel> models, PlannerInputs inputs, SampleStore scenes) {
    return new PrecisionStudy(scenes, session, timing, display, tell)
        .results(
            ExportedStudent.NAME,
            exported.model().trajectory().name(),
            inputs,
            models,
            exported.parity().largestRelative());
  }

  private List<PrecisionResult> undriven(Map<Precision, OnnxModel> models) {
    return models.entrySet().stream()
        .map(entry -> undriven(entry.getKey(), entry.getValue()))
        .toList();
  }

  private PrecisionResult undriven(Precision precision, OnnxModel model) {
    return new PrecisionResult(
        precision,
        precision.fileOf(ExportedStudent.NAME),
        model.weightBytes(),
        precision == Precision.FP32
            ? exported.parity().largestRelative()
            : exported.differenceOf(model, PublishedPlanner.SEED),
        0,
        Optional.empty(),
        0,
        ModelLatency.onnxRuntime(model, session, timing));
  }
}
