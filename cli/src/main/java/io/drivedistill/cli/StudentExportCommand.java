package io.drivedistill.cli;

import io.drivedistill.distill.PublishedPlanner;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Exports a planner with a published checkpoint. */
@Command(
    name = "export",
    description = {
      "Export a published checkpoint to ONNX, checked against DJL and timed; nothing is trained.",
      "'drivedistill export CONFIG' exports the student of an experiment."
    },
    mixinStandardHelpOptions = true)
final class StudentExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private PlannerOptions options;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for student.onnx and card.json.")
  private Path out;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Timed runs of the model and of the network; default: ${DEFAULT-VALUE}. 'bench' times"
              + " more.")
  private int runs;

  @Override
  public Integer call() {
    if (runs < 1) {
      throw new ParameterException(spec.commandLine(), "--runs must be at least 1");
    }
    try (PublishedPlanner planner = options.load()) {
      String result = planner.export(out.toAbsolutePath().normalize(), options.threads(), runs);
      spec.commandLine().getOut().println(result);
    }
    return 0;
  }
}
