package io.drivedistill.cli;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.distill.EndToEndLatency;
import io.drivedistill.export.Checksums;
import io.drivedistill.export.LatencyBench;
import io.drivedistill.export.ModelLatency;
import io.drivedistill.export.NodePlacement;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.export.Provider;
import io.drivedistill.export.SessionSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Times an exported model in ONNX Runtime. */
@Command(
    name = "bench",
    description = {
      "Time an exported model in ONNX Runtime: first run, back to back, at a sensor's rate.",
      "For a student also from camera bytes to trajectory, with JPEG decoding."
    },
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      description = "An ONNX file, or the folder of an exported model: all its precisions.")
  private Path model;

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "What computes: cpu, cuda, tensorrt; default: ${DEFAULT-VALUE}.")
  private String provider;

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description = "Option of the provider, as trt_fp16_enable=1; may be repeated.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = "--engines",
      paramLabel = "DIR",
      description = "Where TensorRT keeps its compiled engines.")
  private Path engines;

  @Mixin private ThreadsOption threads;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "10",
      description = "Runs before any is counted; default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "100",
      description = "Runs back to back; default: ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--rate",
      paramLabel = "HZ",
      defaultValue = "10",
      description = "Rate of the paced runs; default: ${DEFAULT-VALUE}.")
  private double rateHz;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there too.")
  private Path json;

  /** What the JSON file holds of one model; milliseconds. */
  private record Measurement(
      String model,
      Provider provider,
      Map<String, String> options,
      String runtime,
      Map<String, Integer> nodesByProvider,
      LatencyBench.Report network,
      Optional<LatencyBench.Report> endToEnd,
      Optional<String> whyNoEndToEnd) {}

  @Override
  public Integer call() throws IOException {
    expect(runs >= 1, "--runs", runs, "at least 1");
    expect(warmUp >= 0, "--warm-up", warmUp, "0 or more");
    expect(rateHz > 0 && Double.isFinite(rateHz), "--rate", rateHz, "runs a second, as 10");
    expect(json == null || !Files.isDirectory(json), "--json", json, "a file, not a folder");
    SessionSettings session =
        Failures.wrongUsage(
            spec.commandLine(),
            () ->
                new SessionSettings(
                    Provider.named(provider),
                    threads.count(),
                    options,
                    Optional.ofNullable(engines)));
    LatencyBench.Settings settings =
        new LatencyBench.Settings(warmUp, runs, Math.max(1, runs / 2), rateHz);
    List<Measurement> measured = new ArrayList<>();
    List<Path> files = modelFiles();
    for (Path file : files) {
      Checksums.require(file);
    }
    for (Path file : files) {
      Measurement measurement = measure(file, session, settings);
      print(measurement);
      measured.add(measurement);
    }
    if (json != null) {
      JsonFiles.write(json, measured);
    }
    return 0;
  }

  private void expect(boolean fits, String option, Object found, String expected) {
    if (!fits) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + found + ", expected " + expected);
    }
  }

  private static Measurement measure(
      Path file, SessionSettings session, LatencyBench.Settings settings) {
    NodePlacement placement = OnnxSession.placement(file, session);
    placement.require(session.provider());
    LatencyBench.Report network = ModelLatency.onnxRuntime(file, session, settings);
    EndToEndLatency.Result car = EndToEndLatency.measure(file, session, settings);
    return new Measurement(
        file.getFileName().toString(),
        session.provider(),
        session.options(),
        "ONNX Runtime " + OnnxSession.version(),
        placement.nodes(),
        network,
        car.latency(),
        car.whyNot());
  }

  private List<Path> modelFiles() throws IOException {
    if (Files.isRegularFile(model)) {
      return List.of(model);
    }
    if (Files.isDirectory(model)) {
      try (Stream<Path> files = Files.list(model)) {
        List<Path> found =
            files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
        if (!found.isEmpty()) {
          return found;
        }
        throw new DriveDistillException(
            "There is no ONNX file in " + model.toAbsolutePath(),
            "Maybe name the file itself; a finished run keeps it in export/model.");
      }
    }
    throw new DriveDistillException(
        "There is no model " + model.toAbsolutePath(),
        "Maybe the export has not run yet; a finished run keeps it in export/model.");
  }

  private void print(Measurement measurement) {
    PrintWriter out = spec.commandLine().getOut();
    LatencyBench.Report network = measurement.network();
    out.printf(
        Locale.ROOT,
        "%s, %s, nodes on %s; milliseconds%n",
        measurement.model(),
        network.title(),
        measurement.nodesByProvider());
    out.printf("  %-32s %8s %8s %8s %8s %8s%n", "", "first", "median", "90 %", "99 %", "slowest");
    rows(out, "network", network);
    measurement.endToEnd().ifPresent(report -> rows(out, "camera to trajectory", report));
    measurement
        .whyNoEndToEnd()
        .ifPresent(reason -> out.println("  camera to trajectory: not measured, " + reason));
  }

  private static void rows(PrintWriter out, String what, LatencyBench.Report report) {
    String cold = String.format(Locale.ROOT, "%8.2f", report.coldMs());
    row(out, what + ", back to back", cold, report.backToBack());
    String paced = String.format(Locale.ROOT, "%s, %.4g Hz", what, report.rateHz());
    row(out, paced, "", report.paced());
  }

  private static void row(
      PrintWriter out, String name, String cold, LatencyBench.Distribution times) {
    out.printf(
        Locale.ROOT,
        "  %-32s %8s %8.2f %8.2f %8.2f %8.2f%n",
        name,
        cold,
        times.p50Ms(),
        times.p90Ms(),
        times.p99Ms(),
        times.maxMs());
  }
}
