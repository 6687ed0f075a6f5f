package io.drivedistill.tests;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.InputSpec;
import io.drivedistill.export.LatencyBench;
import io.drivedistill.export.ModelLatency;
import io.drivedistill.export.NodePlacement;
import io.drivedistill.export.OnnxExporter;
import io.drivedistill.export.OnnxModel;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.export.Parity;
import io.drivedistill.export.Precision;
import io.drivedistill.export.Provider;
import io.drivedistill.export.SessionSettings;
import io.drivedistill.export.precision.HalfPrecisionModel;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Weights;
import io.drivedistill.student.GuidanceConfig;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.transfuser.Transfuser;
import io.drivedistill.student.transfuser.TransfuserConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Exports the distilled student, runs it on other providers, compares each with the CPU and prints
 * what it found as JSON. {@code tests/gpu/run.sh} starts it where there is a GPU; it needs no test
 * framework.
 */
public final class GpuCheck {
  private static final long SEED = 5;
  private static final int COMPARED_INPUTS = 3;
  private static final LatencyBench.Settings TIMING = new LatencyBench.Settings(5, 40, 20, 10);
  private static final List<Precision> PRECISIONS = List.of(Precision.FP32, Precision.FP16);

  /**
   * Rounding alone gives 1e-5 and less. Where cuDNN has nothing else, ONNX Runtime takes TF32 for a
   * convolution although it was told not to; an operator that computes something else gives more.
   */
  private static final double SAME = 1e-3;

  /**
   * Factors of 11 bits, FP16 and TF32: a CPU's FP16 differs from FP32 by 1.1e-3 at full size, by
   * 6e-3 in the quick start's trained student on random pictures.
   */
  private static final double SAME_IN_ELEVEN_BITS = 3e-2;

  private GpuCheck() {}

  /** A precision, the provider's options for it, and how far from the CPU's FP32 it may be. */
  record Way(Precision precision, Map<String, String> options, double tolerance) {}

  /** One model on one provider. */
  record Result(
      Provider provider,
      Precision precision,
      Map<String, String> options,
      double largestRelativeToCpu,
      double tolerance,
      Map<String, Integer> nodesByProvider,
      LatencyBench.Report latency) {
    boolean same() {
      return largestRelativeToCpu <= tolerance;
    }

    String complaint() {
      return String.format(
          Locale.ROOT,
          "%s in %s, options %s, DIFFERS FROM THE CPU by %.2g of the largest output; at most %.2g"
              + " was expected.%nMaybe the libraries do not fit this GPU or each other: the list"
              + " above says which were taken. Timings of wrong results mean nothing.",
          provider,
          precision,
          options,
          largestRelativeToCpu,
          tolerance);
    }
  }

  /** A provider that could not be tried. */
  record Skipped(Provider provider, String reason) {}

  /**
   * The export itself.
   *
   * @param parameters of the student
   * @param seconds that tracing and translating took; writing the file is not counted
   * @param parity of the float32 model with DJL
   * @param eager the same network in DJL on the CPU
   */
  record Export(long parameters, double seconds, Parity.Report parity, LatencyBench.Report eager) {}

  /**
   * Everything that is printed.
   *
   * @param export absent where a finished model was given
   */
  record Report(
      String device,
      String runtime,
      Optional<Export> export,
      List<Result> results,
      List<Skipped> skipped) {}

  /**
   * Checks.
   *
   * @param arguments published, quickstart or the folder of an exported model; providers joined by
   *     commas; name of the device; folder for models and engines
   */
  public static void main(String[] arguments) throws IOException {
    List<Provider> providers = new ArrayList<>();
    for (String name : arguments[1].split(",")) {
      providers.add(Provider.named(name));
    }
    Path folder = Path.of(arguments[3]);
    int code =
        switch (arguments[0]) {
          case "published" ->
              run(TransfuserConfig.published(), providers, arguments[2], folder, System.out);
          case "quickstart" ->
              run(TransfuserConfig.quickstart(), providers, arguments[2], folder, System.out);
          default -> run(Path.of(arguments[0]), providers, arguments[2], folder, System.out);
        };
    System.exit(code);
  }

  /** Exports and checks; the exit code. */
  static int run(
      TransfuserConfig size, List<Provider> providers, String device, Path folder, PrintStream out)
      throws IOException {
    Map<Precision, Path> files = new EnumMap<>(Precision.class);
    Export export = export(size, folder, files);
    return run(Optional.of(export), files, providers, device, folder, out);
  }

  /** Checks the float models of a folder, of which FP32 must be there; the exit code. */
  static int run(
      Path model, List<Provider> providers, String device, Path folder, PrintStream out) {
    Map<Precision, Path> files = new EnumMap<>(Precision.class);
    for (Precision precision : PRECISIONS) {
      Path file = model.resolve(precision.fileOf("student"));
      if (precision == Precision.FP32 || Files.exists(file)) {
        files.put(precision, file);
      }
    }
    return run(Optional.empty(), files, providers, device, folder, out);
  }

  /** The exit code: 1 where a result differs or a provider other than TensorRT is missing. */
  private static int run(
      Optional<Export> export,
      Map<Precision, Path> files,
      List<Provider> providers,
      String device,
      Path folder,
      PrintStream out) {
    List<Result> results = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    for (Provider provider : providers) {
      try {
        for (Way way : ways(provider)) {
          if (files.containsKey(way.precision())) {
            results.add(check(provider, way, files, folder));
          }
        }
      } catch (DriveDistillException e) {
        skipped.add(new Skipped(provider, e.getMessage()));
      }
    }
    String runtime = "ONNX Runtime " + OnnxSession.version();
    out.println(JsonFiles.text(new Report(device, runtime, export, results, skipped)));
    results.stream()
        .filter(result -> !result.same())
        .forEach(result -> System.err.println(result.complaint()));
    boolean missing = skipped.stream().anyMatch(s -> s.provider() != Provider.TENSORRT);
    return missing || !results.stream().allMatch(Result::same) ? 1 : 0;
  }

  private static Export export(TransfuserConfig size, Path folder, Map<Precision, Path> files)
      throws IOException {
    Files.createDirectories(folder);
    GuidanceConfig guidance = GuidanceConfig.quickstart(new GuidanceConfig.Teacher(20, 32, 12, 16));
    StudentModel model = new StudentModel(new Transfuser(size), GuidanceKind.DISTILLED, guidance);
    try (NDManager manager = NDManager.newBaseManager()) {
      model.initialize(manager, SEED);
      disturb(model, manager);
      List<InputSpec> inputs =
          model.inputs().stream()
              .map(
                  spec ->
                      spec.dtype() == Dtype.U8
                          ? InputSpec.of(spec, 0, 256)
                          : InputSpec.of(spec, -1, 1))
              .toList();
      List<String> outputs = List.of(model.trajectory().name());
      long start = System.nanoTime();
      OnnxModel full = new OnnxExporter().export(model, inputs, outputs);
      double seconds = (System.nanoTime() - start) / 1e9;
      Parity.Report parity =
          Parity.check(model, full, outputs, SEED, List.of(1, 2), Parity.TOLERANCE);
      for (Precision precision : PRECISIONS) {
        Path file = folder.resolve(precision.fileOf("student"));
        (precision == Precision.FP32 ? full : HalfPrecisionModel.of(full)).write(file);
        files.put(precision, file);
      }
      return new Export(
          Weights.count(model), seconds, parity, ModelLatency.eager(model, inputs, TIMING));
    }
  }

  /** Some parameters start at zero, which would hide what lies before them. */
  private static void disturb(StudentModel model, NDManager manager) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (Parameter parameter : Weights.of(model).values()) {
      float[] values = parameter.getArray().toFloatArray();
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) (0.02 * (2 * random.nextDouble() - 1));
      }
      Weights.set(parameter, Constants.of(manager, values, parameter.getShape().getShape()));
    }
  }

  private static Result check(Provider provider, Way way, Map<Precision, Path> files, Path folder) {
    SessionSettings session = settings(provider, way, folder);
    Path file = files.get(way.precision());
    NodePlacement placement = OnnxSession.placement(file, session);
    placement.require(provider);
    double largest = 0;
    SessionSettings reference = SessionSettings.cpu(session.threads());
    try (OnnxSession there = OnnxSession.open(file, session);
        OnnxSession here = OnnxSession.open(files.get(Precision.FP32), reference)) {
      SplittableRandom random = new SplittableRandom(SEED);
      for (int i = 0; i < COMPARED_INPUTS; i++) {
        Map<String, HostTensor> inputs = here.exampleInputs(random);
        largest = Math.max(largest, relative(here.run(inputs), there.run(inputs)));
      }
    }
    return new Result(
        provider,
        way.precision(),
        session.options(),
        largest,
        way.tolerance(),
        placement.nodes(),
        ModelLatency.onnxRuntime(file, session, TIMING));
  }

  private static List<Way> ways(Provider provider) {
    Way exact = new Way(Precision.FP32, Map.of(), SAME);
    Way half = new Way(Precision.FP16, Map.of(), SAME_IN_ELEVEN_BITS);
    return switch (provider) {
      case CPU -> List.of(exact, half);
      case CUDA ->
          List.of(
              exact, new Way(Precision.FP32, Map.of("use_tf32", "1"), SAME_IN_ELEVEN_BITS), half);
      // it takes TF32 by itself; ONNX Runtime 1.29 has no option against that
      case TENSORRT ->
          List.of(
              new Way(Precision.FP32, Map.of(), SAME_IN_ELEVEN_BITS),
              new Way(Precision.FP16, Map.of("trt_fp16_enable", "1"), SAME_IN_ELEVEN_BITS));
    };
  }

  private static SessionSettings settings(Provider provider, Way way, Path folder) {
    Optional<Path> engines =
        provider == Provider.TENSORRT ? Optional.of(folder.resolve("engines")) : Optional.empty();
    int threads = Runtime.getRuntime().availableProcessors();
    return new SessionSettings(provider, threads, way.options(), engines);
  }

  private static double relative(Map<String, HostTensor> expected, Map<String, HostTensor> actual) {
    double largest = 0;
    double magnitude = Double.MIN_NORMAL;
    for (Map.Entry<String, HostTensor> output : expected.entrySet()) {
      double[] a = output.getValue().toDoubles();
      double[] b = actual.get(output.getKey()).toDoubles();
      for (int i = 0; i < a.length; i++) {
        double distance = Math.abs(a[i] - b[i]);
        largest = Math.max(largest, Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance);
        magnitude = Math.max(magnitude, Math.abs(a[i]));
      }
    }
    return largest / magnitude;
  }
}
