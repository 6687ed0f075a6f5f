package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import java.util.List;
import java.util.Map;

/** Scenes by token; those of the logs read last stay in memory. Thread-safe. */
final class RecentScenes {
  private static final int LOGS_KEPT = 32;

  private final NavsimDataset dataset;
  private final SceneFilter filter;
  private final Map<String, List<Scene>> scenesByLog = new Latest<>(LOGS_KEPT);

  RecentScenes(NavsimDataset dataset, SceneFilter filter) {
    this.dataset = dataset;
    this.filter = filter;
  }

  /**
   * A scene of the filter.
   *
   * @throws DriveDistillException if the log does not hold it any more
   */
  Scene of(String log, String token) {
    List<Scene> scenes;
    synchronized (scenesByLog) {
      scenes = scenesByLog.get(log);
      if (scenes == null) {
        scenes = List.copyOf(dataset.scenesOfLog(log, filter));
        scenesByLog.put(log, scenes);
      }
    }
    return scenes.stream()
        .filter(scene -> scene.token().equals(token))
        .findFirst()
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "Scene " + token + " is not in the data any more",
                    "Maybe the logs changed since the samples were prepared; run again into a new"
                        + " folder."));
  }
}
