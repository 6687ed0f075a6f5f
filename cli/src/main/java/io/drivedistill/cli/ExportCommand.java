package io.drivedistill.cli;

import io.drivedistill.distill.ExperimentRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Exports an experiment's distilled student. */
@Command(
    name = "export",
    description = {
      "Export an experiment's distilled student to ONNX, checked against DJL and timed.",
      "Earlier stages that are not done are done first; what is done is kept."
    },
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Mixin private ExperimentOptions experiment;

  @Override
  public Integer call() {
    return experiment.runTo(ExperimentRun.Goal.EXPORT);
  }
}
