package io.drivedistill.cli;

import io.drivedistill.distill.ExperimentRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Keeps what an experiment's teacher says. */
@Command(
    name = "cache",
    description = {
      "Ask an experiment's frozen teacher about every scene once and keep what it says.",
      "Earlier stages that are not done are done first; what is done is kept."
    },
    mixinStandardHelpOptions = true)
final class TeacherCacheCommand implements Callable<Integer> {
  @Mixin private ExperimentOptions experiment;

  @Override
  public Integer call() {
    return experiment.runTo(ExperimentRun.Goal.TEACHER_FEATURES);
  }
}
