package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.navsim.scene.SceneFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Metric caches of a split in a folder: {@code logs/LOG.caches}, one file a log, and {@code
 * manifest.json}, which says what the caches are for and how many there are. A log's file appears
 * whole when its last scene is done, so a killed run goes on where it was; every scene has a
 * checksum, and what fails it is built anew. All paths are relative: the folder can be moved.
 */
public final class MetricCacheStore {
  /** Name of the file that describes the folder. */
  public static final String MANIFEST = "manifest.json";

  private static final String ENDING = ".caches";

  private final Path folder;
  private final Rules rules;
  private final String split;

  private MetricCacheStore(Path folder, Rules rules, String split) {
    this.folder = folder;
    this.rules = rules;
    this.split = split;
  }

  /** Content of the manifest. */
  private record Manifest(String version, String split, int scenes, List<LogFile> logs) {}

  /** A log's file. */
  private record LogFile(String file, int scenes, long bytes) {}

  /**
   * Opens or begins a folder.
   *
   * @param scorer name of a scorer; scorers that differ in the aggregate only share their caches
   * @throws DriveDistillException if the folder belongs to another scorer or split
   */
  public static MetricCacheStore open(Path folder, String scorer, String split) {
    Rules rules = SceneScorer.rules(scorer);
    MetricCacheStore store = new MetricCacheStore(folder, rules, split);
    Path manifest = folder.resolve(MANIFEST);
    if (!Files.exists(manifest)) {
      refuseOtherContent(folder);
      store.writeManifest();
      return store;
    }
    Manifest found = JsonFiles.read(manifest, Manifest.class);
    if (!rules.cacheVersion().equals(found.version()) || !split.equals(found.split())) {
      throw new DriveDistillException(
          String.format(
              "The folder %s holds caches for %s on split '%s', not for %s on split '%s'.",
              folder, found.version(), found.split(), rules.cacheVersion(), split),
          "Maybe name another folder; every scorer and split needs one of its own.");
    }
    return store;
  }

  private static void refuseOtherContent(Path folder) {
    boolean official = Files.isDirectory(folder.resolve("metadata"));
    boolean empty = !Files.exists(folder);
    if (!empty) {
      try (Stream<Path> files = Files.list(folder)) {
        empty = files.findAny().isEmpty();
      } catch (IOException e) {
        throw new DriveDistillException(
            folder + " cannot hold metric caches: " + e, "Maybe name a folder.", e);
      }
    }
    if (!empty) {
      throw new DriveDistillException(
          folder
              + (official
                  ? " is a metric cache of the official code. Its metric_cache.pkl files are"
                      + " pickles of nuPlan and shapely objects and are not read here."
                  : " is not empty and holds no " + MANIFEST + "."),
          official
              ? "Maybe name a new folder: building a cache from the logs takes milliseconds a"
                  + " scene."
              : "Maybe name a new folder.");
    }
  }

  Rules rules() {
    return rules;
  }

  Path file(String log) {
    return folder.resolve("logs").resolve(log + ENDING);
  }

  /** The caches of a log, or nothing if there are none that can be used. */
  Optional<LogCaches> log(String log) {
    return LogCaches.open(file(log), rules);
  }

  /** The logs of the scenes of a filter, or nothing unless every one of them has a cache. */
  Optional<List<String>> logsOf(SceneFilter filter) {
    Set<String> missing = new HashSet<>(filter.tokens().orElse(Set.of()));
    List<String> logs = new ArrayList<>();
    for (Path file : missing.isEmpty() ? List.<Path>of() : files()) {
      String name = file.getFileName().toString();
      String log = name.substring(0, name.length() - ENDING.length());
      List<String> tokens = log(log).map(LogCaches::tokens).orElse(List.of());
      if (missing.removeAll(Set.copyOf(tokens))) {
        logs.add(log);
      }
    }
    return logs.isEmpty() || !missing.isEmpty() ? Optional.empty() : Optional.of(logs);
  }

  private List<Path> files() {
    Path logs = folder.resolve("logs");
    if (!Files.isDirectory(logs)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(logs)) {
      return files.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not list " + logs + ": " + e, "Maybe the folder is not readable.", e);
    }
  }

  /** Writes what the folder holds now. */
  void writeManifest() {
    List<LogFile> logs = new ArrayList<>();
    int scenes = 0;
    for (Path file : files()) {
      int count = LogCaches.open(file, rules).map(caches -> caches.tokens().size()).orElse(0);
      scenes += count;
      logs.add(new LogFile("logs/" + file.getFileName(), count, file.toFile().length()));
    }
    JsonFiles.write(
        folder.resolve(MANIFEST), new Manifest(rules.cacheVersion(), split, scenes, logs));
  }
}
