package io.drivedistill.cli;

import io.drivedistill.distill.ExperimentRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes an experiment's report. */
@Command(
    name = "report",
    description = {
      "Put everything that an experiment found on one HTML page.",
      "Earlier stages that are not done are done first; what is done is kept."
    },
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Mixin private ExperimentOptions experiment;

  @Override
  public Integer call() {
    return experiment.runTo(ExperimentRun.Goal.REPORT);
  }
}
