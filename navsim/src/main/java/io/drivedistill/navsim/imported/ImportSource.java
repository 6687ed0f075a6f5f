package io.drivedistill.navsim.imported;

import io.drivedistill.core.DriveDistillException;
import java.nio.file.Path;
import java.util.List;

/** The data sets that can be imported. */
public enum ImportSource {
  /** Argoverse 2 sensor logs. */
  AV2 {
    @Override
    List<RecordingFolder> find(Path folder) {
      return ArgoverseLog.find(folder);
    }
  },
  /** nuScenes scenes as JSON (docs/real-roads.md). */
  NUSCENES {
    @Override
    List<RecordingFolder> find(Path folder) {
      return NuscenesScene.find(folder);
    }
  };

  /** A recording that was found and not yet read. */
  interface RecordingFolder {
    /** Name of the recording, unique in its data set. */
    String name();

    /**
     * Reads it.
     *
     * @throws DriveDistillException if a file is missing or damaged
     */
    Recording read();
  }

  /**
   * The recordings below a folder in name order.
   *
   * @throws DriveDistillException if there is none
   */
  abstract List<RecordingFolder> find(Path folder);
}
