package io.drivedistill.student.ipad;

import io.drivedistill.nn.WeightsFile;
import java.nio.file.Path;

/**
 * Weights of an {@link Ipad} in the released layout: the prefix of the training framework, and the
 * shared refiner once for each refinement, of which the first copy is read. Stateless.
 */
public final class IpadCheckpoint {
  private static final String PREFIX = "agent._pad_model.";

  private IpadCheckpoint() {}

  /** The file with or without prefix and copies. */
  public static WeightsFile at(Path file) {
    return WeightsFile.at(file)
        .withoutPrefix(PREFIX)
        .allowExtra(name -> name.matches("_trajectory_head\\.[1-9]\\d*\\..*"));
  }
}
