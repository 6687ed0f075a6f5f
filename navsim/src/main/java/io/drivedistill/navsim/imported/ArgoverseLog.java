package io.drivedistill.navsim.imported;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.imported.ImportSource.RecordingFolder;
import io.drivedistill.navsim.imported.Recording.Instant;
import io.drivedistill.navsim.imported.Recording.Pose;
import io.drivedistill.navsim.log.Quaternion;
import io.drivedistill.navsim.log.Vector3;
import io.drivedistill.navsim.map.MapLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A log of the Argoverse 2 sensor data set: the folder with {@code city_SE3_egovehicle}, {@code
 * annotations}, {@code map/log_map_archive_*.json}, and if they are there {@code calibration},
 * {@code sensors/cameras} and {@code sensors/lidar}. The ego frame has its origin on the rear axle,
 * as NAVSIM's.
 *
 * @param name id of the log, the folder's name
 * @param folder where it lies
 */
record ArgoverseLog(String name, Path folder) implements RecordingFolder {
  private static final String POSES = "city_SE3_egovehicle";
  private static final List<String> ANNOTATIONS = List.of("annotations", "annotations_with_ego");
  private static final int SEARCH_DEPTH = 3;
  private static final long FRAME_NS = 500_000_000L;
  private static final long LARGEST_SHIFT_NS = 60_000_000L;

  static List<RecordingFolder> find(Path root) {
    try (Stream<Path> folders = Files.walk(root, SEARCH_DEPTH)) {
      List<RecordingFolder> logs = new ArrayList<>();
      folders
          .filter(folder -> Files.isDirectory(folder) && Columns.find(folder, POSES).isPresent())
          .map(folder -> folder.toAbsolutePath().normalize())
          .sorted(Comparator.comparing(folder -> folder.getFileName().toString()))
          .forEach(folder -> logs.add(new ArgoverseLog(folder.getFileName().toString(), folder)));
      if (!logs.isEmpty()) {
        return logs;
      }
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not list " + root.toAbsolutePath() + ": " + e,
          "Maybe the path is misspelt or not readable for this user.",
          e);
    }
    throw new DriveDistillException(
        "Expected logs of the Argoverse 2 sensor data set below "
            + root.toAbsolutePath()
            + " (folders with "
            + POSES
            + ".feather or .csv.gz), found none.",
        "Maybe the path is one folder too high or too low, or the archive is not unpacked.");
  }

  @Override
  public Recording read() {
    EgoDrive drive = drive(table(List.of(POSES)));
    ArgoverseObjects objects = ArgoverseObjects.read(table(ANNOTATIONS), drive);
    ArgoverseSensors sensors = ArgoverseSensors.of(folder);
    List<Instant> instants = new ArrayList<>();
    for (long time : frameTimes(objects.timesNs())) {
      instants.add(
          new Instant(time / 1000, objects.at(time), sensors.pictures(time), sensors.sweep(time)));
    }
    return new Recording(
        name, "argoverse-2", MapLocation.PITTSBURGH, ArgoverseMap.read(mapFile()), drive, instants);
  }

  private Path table(List<String> names) {
    return names.stream()
        .flatMap(table -> Columns.find(folder, table).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "Expected a table " + names + " in " + folder + ", found none.",
                    "Maybe this is a log of the test split, which has no public annotations; only"
                        + " annotated logs can be scored."));
  }

  private Path mapFile() {
    Path maps = folder.resolve("map");
    if (Files.isDirectory(maps)) {
      try (Stream<Path> files = Files.list(maps)) {
        var found =
            files
                .filter(file -> file.getFileName().toString().startsWith("log_map_archive_"))
                .sorted()
                .findFirst();
        if (found.isPresent()) {
          return found.get();
        }
      } catch (IOException e) {
        throw new DriveDistillException(
            "Could not list " + maps + ": " + e, "Maybe it is not readable for this user.", e);
      }
    }
    throw new DriveDistillException(
        "Expected a map log_map_archive_*.json in " + maps + ", found none.",
        "Maybe the log was not unpacked whole; without a map nothing can be scored.");
  }

  private EgoDrive drive(Path file) {
    Columns table =
        Columns.read(file, Set.of("timestamp_ns", "qw", "qx", "qy", "qz", "tx_m", "ty_m", "tz_m"));
    List<Long> times = new ArrayList<>();
    List<Pose> poses = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      long timeUs = table.integer("timestamp_ns", row) / 1000;
      if (!times.isEmpty() && timeUs == times.get(times.size() - 1)) {
        continue;
      }
      times.add(timeUs);
      poses.add(
          new Pose(
              new Quaternion(
                  table.number("qw", row),
                  table.number("qx", row),
                  table.number("qy", row),
                  table.number("qz", row)),
              new Vector3(
                  table.number("tx_m", row),
                  table.number("ty_m", row),
                  table.number("tz_m", row))));
    }
    try {
      return new EgoDrive(times, poses);
    } catch (IllegalArgumentException e) {
      throw new DriveDistillException(
          "The table " + file + " is not a drive: " + e.getMessage(),
          "Maybe the file was edited or cut off; fetch it again.",
          e);
    }
  }

  /** Every sweep that is nearest to a multiple of half a second. */
  private List<Long> frameTimes(List<Long> sweeps) {
    List<Long> times = new ArrayList<>();
    long first = sweeps.isEmpty() ? 0 : sweeps.get(0);
    long last = sweeps.isEmpty() ? -1 : sweeps.get(sweeps.size() - 1);
    for (long wanted = first; wanted <= last + LARGEST_SHIFT_NS; wanted += FRAME_NS) {
      long target = wanted;
      long nearest =
          sweeps.stream().min(Comparator.comparingLong(t -> Math.abs(t - target))).orElseThrow();
      if (Math.abs(nearest - wanted) > LARGEST_SHIFT_NS) {
        throw new DriveDistillException(
            "The annotations of "
                + folder
                + " have a gap "
                + (wanted - first) / 1_000_000_000.0
                + " s after their start.",
            "Maybe the table was cut; frames of a log must be half a second apart.");
      }
      times.add(nearest);
    }
    return times;
  }
}
