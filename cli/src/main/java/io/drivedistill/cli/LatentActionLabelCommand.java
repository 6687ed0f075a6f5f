package io.drivedistill.cli;

import io.drivedistill.core.ContentStore;
import io.drivedistill.latentaction.LatentActionFolder;
import io.drivedistill.latentaction.SceneCodes;
import io.drivedistill.latentaction.SceneLabelling;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Labels recordings with codes. */
@Command(
    name = "label",
    description = "Give every frame with enough future its ego codes.",
    mixinStandardHelpOptions = true)
final class LatentActionLabelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RecordingOptions recordings;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Folder of a trained latent action model.")
  private Path model;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "File of the codes, JSON Lines; see docs/formats.md.")
  private Path out;

  @Override
  public Integer call() {
    ContentStore features = new ContentStore(model.resolve("features"));
    SceneCodes codes =
        new SceneLabelling(LatentActionFolder.open(model), features, Main.progress())
            .label(recordings.read());
    codes.write(out);
    spec.commandLine()
        .getOut()
        .printf(
            "%d scenes with %d codes each in %s%n",
            codes.scenes().size(),
            codes.header().timing().intervals() * codes.header().tokens(),
            out.toAbsolutePath().normalize());
    return 0;
  }
}
