package io.drivedistill.cli;

import io.drivedistill.core.ContentStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.YamlConfig;
import io.drivedistill.latentaction.ActionTiming;
import io.drivedistill.latentaction.HeldOutBlocks;
import io.drivedistill.latentaction.LatentActionFolder;
import io.drivedistill.latentaction.LatentActionSettings;
import io.drivedistill.latentaction.LatentActionTraining;
import io.drivedistill.latentaction.MotionProbe;
import io.drivedistill.latentaction.Recording;
import io.drivedistill.latentaction.SceneLabelling;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a latent action model. */
@Command(
    name = "train",
    description = {
      "Train a latent action model on pictures; poses, where known, are told to stage 1.",
      "A run that was stopped is continued by the same command."
    },
    mixinStandardHelpOptions = true)
final class LatentActionTrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RecordingOptions recordings;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the model; frame features are kept in DIR/features.")
  private Path out;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = "YAML with every setting; default: a small model with a random eye.")
  private Path settingsFile;

  @Option(
      names = "--picture-size",
      paramLabel = "WxH",
      converter = ImageSize.Converter.class,
      description = "Size that the small model's eye sees, multiples of 14; default: 70x42.")
  private ImageSize pictureSize = new ImageSize(70, 42);

  @Option(
      names = "--pair-seconds",
      paramLabel = "S",
      description = "Time between the frames of a pair in the small model; default: 0.5.")
  private double pairS = 0.5;

  @Option(
      names = "--stride-seconds",
      paramLabel = "S",
      description = "Time between pairs of a scene in the small model; default: 1.5.")
  private double strideS = 1.5;

  @Option(
      names = "--hold-out",
      arity = "2",
      paramLabel = "S",
      description =
          "Lengths in seconds of alternating blocks: trained on, held out for the linear probe.")
  private double[] holdOut;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of the training; default: 1.")
  private long seed = 1;

  @Override
  public Integer call() {
    List<Recording> train = new ArrayList<>();
    List<Recording> test = new ArrayList<>();
    for (Recording recording : recordings.read()) {
      if (holdOut == null) {
        train.add(recording);
      } else {
        HeldOutBlocks blocks = HeldOutBlocks.of(recording, holdOut[0], holdOut[1]);
        train.addAll(blocks.train());
        test.addAll(blocks.test());
      }
    }
    ContentStore features = new ContentStore(out.resolve("features"));
    LatentActionFolder.Health health =
        new LatentActionTraining(settings(), seed, features, Main.progress()).train(train, out);
    PrintWriter print = spec.commandLine().getOut();
    print.printf("Trained on %d frame pairs.%n", health.pairs());
    if (!health.conditioned()) {
      print.println(
          "The frames have no poses, so stage 1 was told nothing of the ego motion: its codes may"
              + " carry it too.");
    }
    print.printf("Environment codebook: %s%n", health.environment());
    print.printf("Ego codebook: %s%n", health.ego());
    if (!test.isEmpty() && health.conditioned()) {
      List<Recording> all = new ArrayList<>(train);
      all.addAll(test);
      SceneLabelling labelling =
          new SceneLabelling(LatentActionFolder.open(out), features, Main.progress());
      print.printf("Held out: %s%n", MotionProbe.of(labelling.label(all), train, test));
    }
    return 0;
  }

  private LatentActionSettings settings() {
    if (settingsFile != null) {
      return Failures.wrongUsage(
          spec.commandLine(), () -> YamlConfig.read(settingsFile, LatentActionSettings.class));
    }
    try {
      return LatentActionSettings.small(pictureSize.height(), pictureSize.width())
          .withTiming(new ActionTiming(pairS, strideS, 3));
    } catch (IllegalArgumentException e) {
      throw new DriveDistillException(
          e.getMessage(), "Maybe use --picture-size 70x42, or seconds above 0.", e);
    }
  }
}
