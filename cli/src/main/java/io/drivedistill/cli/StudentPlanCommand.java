package io.drivedistill.cli;

import io.drivedistill.distill.PublishedPlanner;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.submission.NamedTrajectory;
import io.drivedistill.navsim.submission.TrajectoryLines;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets a planner with a published checkpoint plan the scenes of a split. */
@Command(
    name = "plan",
    description = {
      "Plan the scenes of a NAVSIM split with a published checkpoint; nothing is trained.",
      "'score' and 'submission write' take what it writes."
    },
    mixinStandardHelpOptions = true)
final class StudentPlanCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private PlannerOptions options;

  @Mixin private SplitOptions source;

  @Option(
      names = "--filter",
      paramLabel = "FILE.yaml",
      description = "An official scene filter, as navtest.yaml; all windows without.")
  private Path filterFile;

  @Option(
      names = "--name",
      paramLabel = "TEXT",
      description = "The planner's name in the results; default: NAME.")
  private String resultName;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.jsonl",
      description = "The trajectories, JSON Lines (docs/formats.md).")
  private Path out;

  @Override
  public Integer call() {
    if (Files.isDirectory(out)) {
      throw new ParameterException(spec.commandLine(), "--out is a folder: " + out);
    }
    NavsimDataset dataset = source.open();
    SceneFilter filter = filterFile == null ? SceneFilter.standard() : SceneFilter.read(filterFile);
    try (PublishedPlanner planner = options.load()) {
      List<NamedTrajectory> plans =
          planner.plan(
              dataset,
              filter,
              Optional.ofNullable(resultName).orElse(options.name()),
              Main.progress());
      TrajectoryLines.write(out, plans);
      report(filter, plans.size());
    }
    return 0;
  }

  private void report(SceneFilter filter, int planned) {
    PrintWriter terminal = spec.commandLine().getOut();
    terminal.printf(
        "%d scenes of split '%s' planned: %s%n",
        planned, source.split(), out.toAbsolutePath().normalize());
    int wanted = filter.tokens().map(tokens -> tokens.size()).orElse(planned);
    if (filter.maxScenes().isEmpty() && wanted > planned) {
      terminal.printf(
          "%d of the %d scenes that %s asks for are not in this split.%n",
          wanted - planned, wanted, filterFile);
    }
  }
}
