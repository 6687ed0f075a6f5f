package io.drivedistill.distill;

import io.drivedistill.core.Dtype;
import io.drivedistill.core.Provenance;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.export.HostTensor;
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
import io.drivedistill.nn.Weights;
import io.drivedistill.student.StudentChoice;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.head.PlanningHead;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A student as ONNX in float32, proved equal to its network on random inputs.
 *
 * @param model the network
 * @param onnx what was recorded of it
 * @param parity the proof
 */
record ExportedStudent(StudentModel model, OnnxModel onnx, Parity.Report parity) {
  /** Name of the model and its files. */
  static final String NAME = "student";

  private static final int WARM_UP = 10;
  private static final double RATE_HZ = 10;
  private static final int PACED_RUNS = 20;

  private static final List<Integer> BATCHES = List.of(1, 2, 5);

  /**
   * Records a student and compares the record with it on batches of 1, 2 and, where that many fit
   * into a pass, 5.
   *
   * @param seed of the random inputs
   * @param tolerance largest difference, relative to the output's largest value
   */
  static ExportedStudent of(StudentModel model, long seed, double tolerance) {
    List<String> outputs = model.outputs().stream().map(TensorSpec::name).toList();
    OnnxModel onnx = new OnnxExporter().export(model, inputs(model), outputs);
    // One batch size proves nothing about the open one, so two are compared at any size.
    int most = Math.max(BATCHES.get(1), StudentAgent.scenesAtOnce(model));
    List<Integer> batches = BATCHES.stream().filter(size -> size <= most).toList();
    return new ExportedStudent(
        model, onnx, Parity.check(model, onnx, outputs, seed, batches, tolerance));
  }

  private static List<InputSpec> inputs(StudentModel model) {
    return model.inputs().stream().map(ExportedStudent::testInput).toList();
  }

  /** Values that sensors and chance can give. */
  private static InputSpec testInput(TensorSpec spec) {
    if (spec.name().equals(PlanningHead.NOISE)) {
      return InputSpec.of(spec, -3, 3);
    }
    return spec.dtype() == Dtype.U8 ? InputSpec.of(spec, 0, 256) : InputSpec.of(spec, -3, 10);
  }

  /**
   * How an export is timed.
   *
   * @param runs back to back; the others are no more than these
   */
  static LatencyBench.Settings timing(int runs) {
    return new LatencyBench.Settings(
        Math.min(WARM_UP, runs), runs, Math.min(PACED_RUNS, runs), RATE_HZ);
  }

  /**
   * The same model in a number format.
   *
   * @param scenes inputs of real scenes that 8 bit integers are calibrated on; others need none
   */
  OnnxModel in(
      Precision precision,
      CalibrationSettings calibration,
      Iterable<Map<String, HostTensor>> scenes) {
    return switch (precision) {
      case FP32 -> onnx;
      case FP16 -> HalfPrecisionModel.of(onnx);
      case INT8 -> IntegerModel.of(onnx, scenes, calibration);
      case INT8_MIN_MAX -> IntegerModel.of(onnx, scenes, calibration.minMax());
    };
  }

  /** Largest relative difference of another precision to the network, on random inputs. */
  double differenceOf(OnnxModel other, long seed) {
    List<String> outputs = model.outputs().stream().map(TensorSpec::name).toList();
    return Parity.check(model, other, outputs, seed, List.of(1, 2), Double.POSITIVE_INFINITY)
        .largestRelative();
  }

  /** Latency of the network itself. */
  LatencyBench.Report eagerLatency(LatencyBench.Settings timing) {
    return ModelLatency.eager(model, inputs(model), timing);
  }

  /**
   * Facts for the card.
   *
   * @param counting what counts LiDAR points inside the model, with the proof
   * @param latency of the float32 model and of the network
   */
  ModelCard card(
      StudentChoice<?> choice,
      Map<String, String> provenance,
      Map<String, Double> scores,
      List<LatencyBench.Report> latency,
      List<ModelCard.PrecisionResult> precisions,
      Optional<CountingInside> counting,
      Optional<ModelCard.PointCounting> counted) {
    return new ModelCard(
        NAME,
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
        Optional.of(Map.copyOf(choice.settings())));
  }

  /** Which code and machine exported. */
  static Map<String, String> provenance(Provenance made) {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("DriveDistill", made.toolVersion() + ", commit " + made.commit());
    provenance.put("java", made.javaVersion());
    provenance.put("machine", made.operatingSystem() + ", " + made.processors() + " processors");
    return provenance;
  }

  /** The result for people. */
  String line(Path folder, List<LatencyBench.Report> latency) {
    return String.format(
        Locale.ROOT,
        "Exported %s: largest relative difference to DJL %.1e, %.2f ms median in ONNX Runtime, %.2f"
            + " ms in DJL",
        folder.resolve(NAME + ".onnx"),
        parity.largestRelative(),
        latency.get(0).backToBack().p50Ms(),
        latency.get(1).backToBack().p50Ms());
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
}
