package io.drivedistill.cli;

import io.drivedistill.latentaction.FolderRecordings;
import io.drivedistill.latentaction.NavsimRecordings;
import io.drivedistill.latentaction.Recording;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.scene.NavsimDataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options that name recordings: plain folders, or a split of a NAVSIM data set. */
final class RecordingOptions {
  @ArgGroup(multiplicity = "1")
  private Source source;

  @Option(
      names = "--frames-per-second",
      paramLabel = "N",
      description = "Picture rate of folders without ego.csv; default: ${DEFAULT-VALUE}.")
  private double framesPerSecond = 10;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Split of the data set; default: ${DEFAULT-VALUE}.")
  private String split = "trainval";

  @Option(
      names = "--camera",
      paramLabel = "NAME",
      description = "Camera of the data set; default: ${DEFAULT-VALUE}.")
  private CameraName camera = CameraName.CAM_F0;

  /** Either folders or a data set. */
  private static final class Source {
    @Option(
        names = "--frames",
        required = true,
        paramLabel = "DIR",
        description =
            "Folder of pictures in name order, with ego.csv if poses are known; repeatable.")
    private List<Path> folders;

    @Option(
        names = "--data",
        required = true,
        paramLabel = "DIR",
        description = "Root of a NAVSIM data set.")
    private Path data;
  }

  /** Reads poses and times; pictures are read later. */
  List<Recording> read() {
    if (source.data != null) {
      return NavsimRecordings.read(NavsimDataset.open(source.data, split), camera);
    }
    List<Recording> recordings = new ArrayList<>();
    for (Path folder : source.folders) {
      recordings.add(FolderRecordings.read(folder, framesPerSecond));
    }
    return recordings;
  }
}
