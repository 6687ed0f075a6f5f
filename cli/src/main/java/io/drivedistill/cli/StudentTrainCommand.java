package io.drivedistill.cli;

import io.drivedistill.distill.ExperimentRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains an experiment's students. */
@Command(
    name = "train",
    description = {
      "Train an experiment's three students: without teacher, with it, distilled from it.",
      "Earlier stages that are not done are done first; what is done is kept."
    },
    mixinStandardHelpOptions = true)
final class StudentTrainCommand implements Callable<Integer> {
  @Mixin private ExperimentOptions experiment;

  @Override
  public Integer call() {
    return experiment.runTo(ExperimentRun.Goal.STUDENTS);
  }
}
