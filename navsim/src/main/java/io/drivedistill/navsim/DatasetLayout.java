package io.drivedistill.navsim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the files of a NAVSIM data set lie below one root folder (SPEC-pdms section 1): {@code
 * navsim_logs/<split>/<log>.pkl}, {@code sensor_blobs/<split>/...}, {@code
 * maps/<location>/<version>/map.gpkg}. Methods that return folders do not look at the disk; readers
 * use {@link #logFiles} and {@link #mapFile}, which do.
 *
 * @param root folder that holds the three sub-folders
 */
public record DatasetLayout(Path root) {
  /** Name of the index of the map folder. */
  public static final String MAP_INDEX = "nuplan-maps-v1.0.json";

  private static final String LOG_ENDING = ".pkl";

  /** Folder of a split's logs. */
  public Path logFolder(String split) {
    return root.resolve("navsim_logs").resolve(split);
  }

  /** File of one log. */
  public Path logFile(String split, String logName) {
    return logFolder(split).resolve(logName + LOG_ENDING);
  }

  /** Folder that image and point cloud paths of a split's frames are relative to. */
  public Path sensorFolder(String split) {
    return root.resolve("sensor_blobs").resolve(split);
  }

  /** Folder of all maps. */
  public Path mapFolder() {
    return root.resolve("maps");
  }

  /** Index of the map versions. */
  public Path mapIndex() {
    return mapFolder().resolve(MAP_INDEX);
  }

  /** Place of a map whose version is known, also before it exists. */
  public Path mapFile(String location, String version) {
    return mapFolder().resolve(location).resolve(version).resolve("map.gpkg");
  }

  /**
   * The log files of a split in name order.
   *
   * @throws DriveDistillException if the folder is absent or holds no log
   */
  public List<Path> logFiles(String split) {
    Path folder = logFolder(split);
    if (!Files.isDirectory(folder)) {
      throw new DriveDistillException(
          "Expected the logs of split '" + split + "' in " + folder + ", found no such folder.",
          "Maybe the split is named otherwise (present: "
              + splits()
              + ") or the data root is not "
              + root
              + ".");
    }
    List<Path> files = list(folder, LOG_ENDING);
    if (files.isEmpty()) {
      throw new DriveDistillException(
          "Expected log files (*" + LOG_ENDING + ") in " + folder + ", found none.",
          "Maybe the archive of this split has not been unpacked yet.");
    }
    return files;
  }

  /** Names of the splits that have logs, in name order. */
  public List<String> splits() {
    Path logs = root.resolve("navsim_logs");
    return Files.isDirectory(logs)
        ? list(logs, "").stream()
            .filter(Files::isDirectory)
            .map(path -> path.getFileName().toString())
            .toList()
        : List.of();
  }

  /**
   * The map of a location, by the version that the index names.
   *
   * @throws DriveDistillException if the index or the map is missing or damaged
   */
  public Path mapFile(String location) {
    JsonNode version;
    try {
      version = new ObjectMapper().readTree(mapIndex().toFile()).path(location).path("version");
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the map index " + mapIndex() + ": " + e.getMessage(),
          "Maybe the maps are not below " + mapFolder() + "; download nuplan-maps-v1.0 there.",
          e);
    }
    if (!version.isTextual()) {
      throw new DriveDistillException(
          "Expected a version of map '" + location + "' in " + mapIndex() + ", found none.",
          "Maybe the log names a location that is not part of nuplan-maps-v1.0.");
    }
    Path file = mapFile(location, version.asText());
    if (!Files.isRegularFile(file)) {
      throw new DriveDistillException(
          "Expected the map of '" + location + "' at " + file + ", found no such file.",
          "Maybe only a part of nuplan-maps-v1.0 was unpacked; unpack it again.");
    }
    return file;
  }

  private static List<Path> list(Path folder, String ending) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(path -> path.getFileName().toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not list " + folder + ": " + e.getMessage(),
          "Maybe the folder is not readable for this user.",
          e);
    }
  }
}
