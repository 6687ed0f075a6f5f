package io.drivedistill.cli;

import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.student.StepBench;
import io.drivedistill.student.transfuser.Transfuser;
import io.drivedistill.student.transfuser.TransfuserConfig;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Times a training step against DJL. */
@Command(
    name = "step",
    description = {
      "Time a training step of TransFuser in its published size against the same operations",
      "called on DJL directly, in turns, on random scenes. Needs 6 GB of memory at batch 4."
    },
    mixinStandardHelpOptions = true)
final class StudentStepCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "4",
      description = "Scenes of a step; default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Steps of each kind; default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads of the tensor library; default: ${DEFAULT-VALUE}.")
  private int threads;

  @Override
  public Integer call() {
    if (batch < 1 || rounds < 1 || threads < 1) {
      throw new ParameterException(
          spec.commandLine(), "--batch, --rounds and --threads must be positive");
    }
    TensorLibrary.useThreads(threads);
    StepBench.Report time =
        StepBench.measure(new Transfuser(TransfuserConfig.published()), batch, rounds);
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%-14s %12s %14s%n%-14s %10.2f s %12.2f s%n%-14s %10.2f s %12.2f s%n%-14s %12.3f"
                + " %14.3f%n",
            "",
            "wall clock",
            "processor time",
            "training loop",
            time.stepS(),
            time.stepCpuS(),
            "DJL directly",
            time.directS(),
            time.directCpuS(),
            "ratio",
            time.stepS() / time.directS(),
            time.stepCpuS() / time.directCpuS());
    return 0;
  }
}
