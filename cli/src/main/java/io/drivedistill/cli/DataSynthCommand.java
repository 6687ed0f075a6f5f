package io.drivedistill.cli;

import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a synthetic split. */
@Command(
    name = "synth",
    description = {
      "Write a synthetic data set in NAVSIM's layout: logs, camera pictures, point clouds, maps.",
      "Splits of one folder share the maps and no town; equal options give equal bytes. A run that"
          + " was stopped is continued."
    },
    mixinStandardHelpOptions = true)
final class DataSynthCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Root of the data set.")
  private Path out;

  @Option(names = "--logs", required = true, paramLabel = "N", description = "Number of logs.")
  private int logs;

  @Option(
      names = "--seed",
      required = true,
      paramLabel = "S",
      description = "Seed of everything random.")
  private long seed;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "trainval",
      description = "Name of the split; default: ${DEFAULT-VALUE}.")
  private String split;

  @Option(
      names = "--towns",
      paramLabel = "N",
      description = "Number of towns; default: one for six logs.")
  private Integer towns;

  @Option(
      names = "--frames",
      paramLabel = "N",
      description = "Frames of a log, two a second; default: ${DEFAULT-VALUE}.")
  private int frames = 40;

  @Option(
      names = "--image-size",
      paramLabel = "WxH",
      converter = ImageSize.Converter.class,
      description = "Size of the camera pictures; default: 480x270.")
  private ImageSize imageSize = new ImageSize(480, 270);

  @Option(
      names = "--cameras",
      paramLabel = "NAME",
      split = ",",
      description =
          "Cameras with pictures, of ${COMPLETION-CANDIDATES}; default: CAM_L0,CAM_F0,CAM_R0.")
  private List<CameraName> cameras =
      List.of(CameraName.CAM_L0, CameraName.CAM_F0, CameraName.CAM_R0);

  @Option(
      names = "--lidar-rays",
      paramLabel = "N",
      description = "Rays of a LiDAR sweep, 0 for no point clouds; default: ${DEFAULT-VALUE}.")
  private int lidarRays = 9600;

  @Mixin private ThreadsOption threads;

  @Override
  public Integer call() {
    SynthSpec usual = SynthSpec.of(split, logs, seed);
    SynthSpec synth =
        usual
            .withTowns(towns == null ? usual.towns() : towns, frames)
            .withImages(imageSize.width(), imageSize.height(), cameras.toArray(CameraName[]::new))
            .withLidar(lidarRays);
    SyntheticDataset.write(List.of(synth), out, threads.count(), Main.progress());
    spec.commandLine()
        .getOut()
        .printf(
            "Split '%s' with %d logs of %d frames in %s%n",
            split, logs, frames, out.toAbsolutePath().normalize());
    return 0;
  }
}
