package io.drivedistill.cli;

import io.drivedistill.navsim.scene.NavsimDataset;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which split of a data set a command works on. */
final class SplitOptions {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Root of the data set.")
  private Path data;

  @Option(names = "--split", required = true, paramLabel = "NAME", description = "Such as test.")
  private String split;

  /** Its name. */
  String split() {
    return split;
  }

  /**
   * Opens it.
   *
   * @throws io.drivedistill.core.DriveDistillException if it is not there
   */
  NavsimDataset open() {
    return NavsimDataset.open(data, split);
  }
}
