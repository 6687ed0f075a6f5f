package io.drivedistill.cli;

import io.drivedistill.distill.PublishedPlanner;
import io.drivedistill.export.Precision;
import io.drivedistill.navsim.scene.NavsimDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
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
      description = "Folder for student.onnx, other precisions and card.json.")
  private Path out;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Timed runs of the model and of the network; default: ${DEFAULT-VALUE}. 'bench' times"
              + " more.")
  private int runs;

  @Option(
      names = "--precisions",
      paramLabel = "NAME",
      split = ",",
      description =
          "Number formats besides FP32, of ${COMPLETION-CANDIDATES}; the integers need scenes.")
  private List<Precision> precisions = List.of();

  @ArgGroup(exclusive = false, multiplicity = "0..1", heading = "Scenes to calibrate and drive:%n")
  private SplitOptions scenes;

  @Override
  public Integer call() {
    if (runs < 1) {
      throw new ParameterException(
          spec.commandLine(), "--runs is " + runs + ", expected at least 1");
    }
    Optional<NavsimDataset> dataset = Optional.ofNullable(scenes).map(SplitOptions::open);
    PublishedPlanner.Packaging packaging =
        Failures.wrongUsage(
            spec.commandLine(),
            () ->
                new PublishedPlanner.Packaging(
                    Set.copyOf(precisions), dataset, options.threads(), runs));
    try (PublishedPlanner planner = options.load()) {
      planner.export(
          out.toAbsolutePath().normalize(),
          packaging,
          Main.progress(),
          line -> spec.commandLine().getOut().println(line));
    }
    return 0;
  }
}
