package io.drivedistill.cli;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.latentaction.ActionTiming;
import io.drivedistill.latentaction.LatentActionConfig;
import io.drivedistill.latentaction.UnivlaCheckpoint;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a model folder of published weights. */
@Command(
    name = "import",
    description = {
      "Make a model of UniVLA's published stage-2 checkpoint, to label and inspect with.",
      "The checkpoint must stay where it is: the frozen eye is read from it."
    },
    mixinStandardHelpOptions = true)
final class LatentActionImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "FILE",
      description = "Lightning .ckpt or safetensors with names under 'lam.'.")
  private Path checkpoint;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the model.")
  private Path out;

  @Option(
      names = "--pair-seconds",
      paramLabel = "S",
      description = "Time between the frames of a pair; default: ${DEFAULT-VALUE}.")
  private double pairS = 1;

  @Option(
      names = "--stride-seconds",
      paramLabel = "S",
      description = "Time between pairs of a scene; default: ${DEFAULT-VALUE}.")
  private double strideS = 1.5;

  @Override
  public Integer call() {
    ActionTiming timing;
    try {
      timing = new ActionTiming(pairS, strideS, 3);
    } catch (IllegalArgumentException e) {
      throw new DriveDistillException(e.getMessage(), "Maybe give seconds above 0.", e);
    }
    LatentActionConfig model = UnivlaCheckpoint.read(checkpoint, timing, out).settings().model();
    spec.commandLine()
        .getOut()
        .printf(
            "Imported: %d codes, %d tokens, %d and %d blocks of width %d.%n",
            model.codes(),
            model.tokens(),
            model.encoderBlocks(),
            model.decoderBlocks(),
            model.width());
    return 0;
  }
}
