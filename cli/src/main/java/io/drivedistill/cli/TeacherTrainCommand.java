package io.drivedistill.cli;

import io.drivedistill.distill.ExperimentRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains an experiment's teacher. */
@Command(
    name = "train",
    description = {
      "Train an experiment's teacher on latent action codes and judge it on held-out scenes.",
      "Earlier stages that are not done are done first; what is done is kept."
    },
    mixinStandardHelpOptions = true)
final class TeacherTrainCommand implements Callable<Integer> {
  @Mixin private ExperimentOptions experiment;

  @Override
  public Integer call() {
    return experiment.runTo(ExperimentRun.Goal.TEACHER);
  }
}
