package io.drivedistill.cli;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.export.LatencyBench;
import io.drivedistill.export.ModelLatency;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Times an exported model in ONNX Runtime. */
@Command(
    name = "bench",
    description =
        "Time an exported model in ONNX Runtime: first run, back to back, at a sensor's rate.",
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      description = "An ONNX file, or the folder of an exported model.")
  private Path model;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one run; default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

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

  @Override
  public Integer call() throws IOException {
    if (threads < 1 || runs < 1 || !(rateHz > 0)) {
      throw new ParameterException(
          spec.commandLine(), "--threads, --runs and --rate must be positive");
    }
    LatencyBench.Settings settings =
        new LatencyBench.Settings(10, runs, Math.max(1, runs / 2), rateHz);
    LatencyBench.Report report = ModelLatency.onnxRuntime(modelFile(), threads, settings);
    print(report);
    if (json != null) {
      JsonFiles.write(json, report);
    }
    return 0;
  }

  private Path modelFile() throws IOException {
    if (Files.isRegularFile(model)) {
      return model;
    }
    if (Files.isDirectory(model)) {
      try (Stream<Path> files = Files.list(model)) {
        List<Path> found = files.filter(file -> file.toString().endsWith(".onnx")).toList();
        if (found.size() == 1) {
          return found.get(0);
        }
        throw new DriveDistillException(
            "Expected one ONNX file in " + model.toAbsolutePath() + ", found " + found.size(),
            "Maybe name the file itself.");
      }
    }
    throw new DriveDistillException(
        "There is no model " + model.toAbsolutePath(),
        "Maybe the export has not run yet; a finished run keeps it in its folder 'export'.");
  }

  private void print(LatencyBench.Report report) {
    PrintWriter out = spec.commandLine().getOut();
    String threadWord = report.threads() == 1 ? " thread" : " threads";
    out.println(report.subject() + ", " + report.threads() + threadWord + ", milliseconds");
    out.printf(Locale.ROOT, "  %-16s %8.2f%n", "first run", report.coldMs());
    out.printf("  %-16s %8s %8s %8s %8s%n", "", "median", "90 %", "99 %", "slowest");
    row(out, "back to back", report.backToBack());
    row(out, String.format(Locale.ROOT, "at %.4g Hz", report.rateHz()), report.paced());
  }

  private static void row(PrintWriter out, String name, LatencyBench.Distribution times) {
    out.printf(
        Locale.ROOT,
        "  %-16s %8.2f %8.2f %8.2f %8.2f%n",
        name,
        times.p50Ms(),
        times.p90Ms(),
        times.p99Ms(),
        times.maxMs());
  }
}
