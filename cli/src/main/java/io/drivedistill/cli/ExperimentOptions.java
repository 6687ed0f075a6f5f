package io.drivedistill.cli;

import io.drivedistill.distill.Experiment;
import io.drivedistill.distill.ExperimentRun;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which experiment a command carries on. */
final class ExperimentOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Parameters(paramLabel = "CONFIG", description = "Experiment file, as configs/quickstart.yaml.")
  private Path config;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Use this seed instead of the experiment's.")
  private Long seed;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Keep the run in this folder instead of the experiment's.")
  private Path folder;

  /** Carries the experiment to a goal; stages before it that are not done are done first. */
  int runTo(ExperimentRun.Goal goal) {
    Experiment experiment = Failures.wrongUsage(spec.commandLine(), () -> Experiment.read(config));
    Experiment chosen =
        experiment.with(
            seed == null ? experiment.seed() : seed,
            folder == null ? experiment.folder() : folder.toAbsolutePath().normalize());
    Path result =
        ExperimentRun.execute(
            chosen, goal, Main.progress(), line -> spec.commandLine().getOut().println(line));
    spec.commandLine().getOut().println("Done: " + result.toAbsolutePath());
    return 0;
  }
}
