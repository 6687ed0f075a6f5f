package io.drivedistill.navsim.imported;

import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.imported.Recording.Instant;
import io.drivedistill.navsim.log.LogWriter;
import io.drivedistill.navsim.map.MapLocation;
import io.drivedistill.navsim.map.MapReader;
import io.drivedistill.navsim.map.MapWriter;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.sensor.PointCloudWriter;
import io.drivedistill.navsim.submission.NamedTrajectory;
import io.drivedistill.navsim.submission.TrajectoryLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.locationtech.jts.geom.Envelope;

/**
 * Writes the recordings of another data set as a split in NAVSIM's layout (SPEC-pdms section 1).
 *
 * <p>The official reader knows four map names, so recordings share them. Every recording lies in a
 * square of its own, because maps of the same street that were surveyed for two recordings differ;
 * its place on Earth is lost, distances and directions are kept.
 */
public final class DatasetImport {
  private static final double FIRST_EAST_M = 400_000;
  private static final double FIRST_NORTH_M = 4_000_000;
  private static final double SQUARE_M = 5_000;
  private static final int SQUARES_A_ROW = 32;

  private DatasetImport() {}

  /**
   * What {@code imported/SPLIT.json} holds: made from what, so that nothing else is overwritten.
   */
  private record Origin(String source, List<String> recordings) {}

  /** A recording and where it is put. */
  private record Placed(Recording recording, double shiftXM, double shiftYM) {}

  /**
   * Writes or completes a split.
   *
   * @param source whose data set it is
   * @param folder where that data set lies
   * @param root root of the NAVSIM data set; maps that other programs made are not touched
   * @param split name of the split
   * @param display shows one step per recording
   * @return names of the logs
   * @throws DriveDistillException if the source is not what it should be, a file is damaged, or the
   *     root holds another data set
   */
  public static List<String> write(
      ImportSource source, Path folder, Path root, String split, Progress.Display display) {
    List<ImportSource.RecordingFolder> found = source.find(folder);
    DatasetLayout layout = new DatasetLayout(root);
    List<String> names = found.stream().map(ImportSource.RecordingFolder::name).toList();
    claim(layout, split, new Origin(source.name(), names));
    try (Progress progress = display.open("importing " + split, 2L * found.size())) {
      writeMaps(layout, found, progress);
      Map<String, RoadMap> maps = new LinkedHashMap<>();
      for (int i = 0; i < found.size(); i++) {
        // Read again: the recordings of a large data set do not fit into memory together.
        Placed one = place(found.get(i).read(), i);
        String location = one.recording.location().officialName();
        RoadMap map =
            maps.computeIfAbsent(location, name -> MapReader.read(name, layout.mapFile(name)));
        writeLog(layout, split, one, map);
        progress.step(1);
      }
    }
    TrajectoryLines.write(humanFile(root, split), humans(root, split));
    return names;
  }

  /** Where a split's human trajectories are written, ready to be scored. */
  public static Path humanFile(Path root, String split) {
    return root.resolve("imported").resolve(split + "-human.jsonl");
  }

  /** What the human drove in every window of 4 and 10 frames, whether it has a route or not. */
  private static List<NamedTrajectory> humans(Path root, String split) {
    SceneFilter usual = SceneFilter.standard();
    SceneFilter every =
        new SceneFilter(
            usual.historyFrames(),
            usual.futureFrames(),
            OptionalInt.of(1),
            false,
            usual.maxScenes(),
            usual.logNames(),
            usual.tokens());
    return NavsimDataset.open(root, split)
        .scenes(every)
        .map(scene -> new NamedTrajectory(scene.token(), "human", scene.humanTrajectory()))
        .toList();
  }

  private static void claim(DatasetLayout layout, String split, Origin origin) {
    Path file = layout.root().resolve("imported").resolve(split + ".json");
    if (Files.exists(file)) {
      Origin before = JsonFiles.read(file, Origin.class);
      if (before.equals(origin)) {
        return;
      }
    } else if (!Files.exists(layout.mapFolder()) && !Files.exists(layout.logFolder(split))) {
      JsonFiles.write(file, origin);
      return;
    }
    throw new DriveDistillException(
        "Expected a new folder, or one with an earlier import of the same recordings as split '"
            + split
            + "', found another data set in "
            + layout.root().toAbsolutePath()
            + ".",
        "Maybe choose another --out: maps are shared by all splits of a folder, so every import has"
            + " a folder of its own.");
  }

  private static Placed place(Recording recording, int index) {
    Envelope box = new Envelope();
    recording
        .map()
        .segments()
        .forEach(segment -> box.expandToInclude(segment.area().getEnvelopeInternal()));
    var start = recording.drive().at(recording.drive().startUs()).translationM();
    box.expandToInclude(start.x(), start.y());
    int row = index / SQUARES_A_ROW;
    double east = FIRST_EAST_M + SQUARE_M * (index - row * SQUARES_A_ROW);
    double north = FIRST_NORTH_M + SQUARE_M * row;
    return new Placed(
        recording, Math.rint(east - box.centre().x), Math.rint(north - box.centre().y));
  }

  private static void writeMaps(
      DatasetLayout layout, List<ImportSource.RecordingFolder> found, Progress progress) {
    Map<MapLocation, MapWriter> writers = new EnumMap<>(MapLocation.class);
    Map<String, Map<String, Object>> index = new LinkedHashMap<>();
    try {
      for (MapLocation location : MapLocation.values()) {
        Path file = layout.mapFile(location.officialName(), location.version());
        writers.put(location, new MapWriter(file, location));
        index.put(
            location.officialName(), Map.of("version", location.version(), "layers", Map.of()));
      }
      int id = 1;
      for (int i = 0; i < found.size(); i++) {
        Placed one = place(found.get(i).read(), i);
        MapWriter writer = writers.get(one.recording.location());
        id = NetworkMap.write(one.recording.map(), writer, one.shiftXM, one.shiftYM, id);
        progress.step(1);
      }
      writers.values().forEach(MapWriter::finish);
    } finally {
      writers.values().forEach(MapWriter::close);
    }
    JsonFiles.write(layout.mapIndex(), index);
  }

  private static void writeLog(DatasetLayout layout, String split, Placed one, RoadMap map) {
    LogFrames frames = new LogFrames(one.recording, one.shiftXM, one.shiftYM);
    List<String> route = DrivenRoute.along(map, frames.drivenPoses());
    Path sensors = layout.sensorFolder(split);
    for (int k = 0; k < one.recording.instants().size(); k++) {
      Instant instant = one.recording.instants().get(k);
      for (Picture picture : instant.cameras()) {
        AtomicFiles.writeFile(
            sensors.resolve(frames.imagePath(picture.camera(), k)),
            out -> Files.copy(picture.jpeg(), out));
      }
      Path lidar = sensors.resolve(frames.lidarPath(k));
      instant
          .lidar()
          .ifPresent(
              sweep -> {
                float[] points = sweep.pointsInEgo();
                AtomicFiles.writeFile(
                    lidar,
                    out ->
                        out.write(
                            PointCloudWriter.encode(
                                points, points.length / PointCloudWriter.FIELDS)));
              });
    }
    LogWriter.write(layout.logFile(split, one.recording.name()), frames.of(route));
  }
}
