package io.drivedistill.navsim.scene;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.log.CameraView;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.LogReader;
import io.drivedistill.navsim.map.MapReader;
import io.drivedistill.navsim.map.RoadMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * One split of a NAVSIM data set. Logs are read when asked for and not kept; maps are read once and
 * kept. Thread-safe.
 */
public final class NavsimDataset {
  private final DatasetLayout layout;
  private final String split;
  private final List<Path> logFiles;
  private final ConcurrentHashMap<String, RoadMap> maps = new ConcurrentHashMap<>();

  private NavsimDataset(DatasetLayout layout, String split) {
    this.layout = layout;
    this.split = split;
    this.logFiles = layout.logFiles(split);
  }

  /**
   * Opens a split.
   *
   * @param root folder with {@code navsim_logs}, {@code sensor_blobs} and {@code maps}
   * @param split as {@code mini}, {@code trainval}, {@code test}
   * @throws DriveDistillException if the split's logs are not there
   */
  public static NavsimDataset open(Path root, String split) {
    return new NavsimDataset(new DatasetLayout(root), split);
  }

  /** Where the files lie. */
  public DatasetLayout layout() {
    return layout;
  }

  /** Name of the split. */
  public String split() {
    return split;
  }

  /** Stems of the log files in name order. */
  public List<String> logNames() {
    return logFiles.stream().map(NavsimDataset::stem).toList();
  }

  /**
   * The scenes of a filter, log after log in name order; one log is in memory at a time.
   *
   * @throws DriveDistillException from the stream, if a log is damaged
   */
  public Stream<Scene> scenes(SceneFilter filter) {
    Stream<Scene> scenes =
        selectedLogs(filter).stream().flatMap(log -> scenesOfLog(log, filter).stream());
    return filter.maxScenes().isPresent() ? scenes.limit(filter.maxScenes().getAsInt()) : scenes;
  }

  /** Names of the logs that a filter admits, in name order. */
  public List<String> selectedLogs(SceneFilter filter) {
    Set<String> admitted = filter.logNames().orElse(null);
    return logNames().stream().filter(n -> admitted == null || admitted.contains(n)).toList();
  }

  /** The windows of one log; {@code maxScenes} of the filter is not applied. */
  public List<Scene> scenesOfLog(String logName, SceneFilter filter) {
    List<Frame> frames = LogReader.read(layout.logFile(split, logName));
    List<Scene> scenes = new ArrayList<>();
    for (int start = 0; start + filter.frames() <= frames.size(); start += filter.interval()) {
      Frame current = frames.get(start + filter.historyFrames() - 1);
      if (filter.hasRoute() && current.roadblockIds().isEmpty()) {
        continue;
      }
      if (filter.tokens().isPresent() && !filter.tokens().get().contains(current.token())) {
        continue;
      }
      scenes.add(
          new Scene(
              split,
              logName,
              start,
              frames.subList(start, start + filter.frames()),
              filter.historyFrames()));
    }
    return scenes;
  }

  /**
   * The map of a location, read at first use.
   *
   * @throws DriveDistillException if it is missing or damaged
   */
  public RoadMap map(String location) {
    return maps.computeIfAbsent(location, name -> MapReader.read(name, layout.mapFile(name)));
  }

  /** File of a camera picture of this split. */
  public Path imageFile(CameraView view) {
    return layout.sensorFolder(split).resolve(view.imagePath());
  }

  /** File of the point cloud of a frame of this split. */
  public Path lidarFile(Frame frame) {
    return layout.sensorFolder(split).resolve(frame.lidarPath());
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.lastIndexOf('.'));
  }
}
