package io.drivedistill.distill;

import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.SceneFilter;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Which scenes of a data set a part of the experiment sees.
 *
 * @param split folder under {@code navsim_logs} and {@code sensor_blobs}
 * @param filter an official scene filter file (such as navtrain.yaml), or empty for all windows
 * @param logs take only this many logs, the first in name order, or empty for all
 * @param frameInterval distance of window starts in frames, or empty to take the filter's
 */
public record SceneSelection(
    String split, Optional<Path> filter, Optional<Integer> logs, Optional<Integer> frameInterval) {

  /** The filter that selects these scenes of an opened data set. */
  public SceneFilter filterFor(NavsimDataset dataset) {
    SceneFilter chosen = filter.map(SceneFilter::read).orElseGet(SceneFilter::standard);
    if (frameInterval.isPresent()) {
      chosen = chosen.withFrameInterval(frameInterval.get());
    }
    if (logs.isPresent()) {
      List<String> names = dataset.selectedLogs(chosen);
      chosen =
          new SceneFilter(
              chosen.historyFrames(),
              chosen.futureFrames(),
              chosen.frameInterval(),
              chosen.hasRoute(),
              chosen.maxScenes(),
              Optional.of(
                  new LinkedHashSet<>(names.subList(0, Math.min(logs.get(), names.size())))),
              chosen.tokens());
    }
    return chosen;
  }
}
