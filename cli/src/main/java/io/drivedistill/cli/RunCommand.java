package io.drivedistill.cli;

import io.drivedistill.distill.ExperimentRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Carries an experiment from data to report. */
@Command(
    name = "run",
    description = {
      "Run an experiment: data, latent action model, codes, teacher, features, students, score,"
          + " export, report.",
      "A run that was stopped continues; stages whose settings did not change are skipped."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Mixin private ExperimentOptions experiment;

  @Option(
      names = "--until",
      paramLabel = "STAGE",
      defaultValue = "REPORT",
      description = "Stop after this stage: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
  private ExperimentRun.Goal until;

  @Override
  public Integer call() {
    return experiment.runTo(until);
  }
}
