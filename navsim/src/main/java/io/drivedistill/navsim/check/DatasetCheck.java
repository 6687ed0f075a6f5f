package io.drivedistill.navsim.check;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.check.SplitCheck.LogReport;
import io.drivedistill.navsim.map.MapLocation;
import io.drivedistill.navsim.scene.SceneFilter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Looks whether a NAVSIM tree is whole. Logs are read, maps and sensor files are judged by their
 * first and last bytes, one log a thread.
 */
public final class DatasetCheck {
  /** Scenes of the official filters, by the name of their file (SPEC-pdms section 5). */
  private static final Map<String, Integer> OFFICIAL_SCENES =
      Map.of("navtrain", 103_288, "navtest", 12_146, "navmini", 396);

  private DatasetCheck() {}

  /**
   * What a split has.
   *
   * @param logs readable logs
   * @param sensors pictures and point clouds that the logs name
   * @param missing how many of them are not there; scores need none of them
   */
  public record Split(
      String name, int logs, int damagedLogs, int frames, int sensors, int missing) {}

  /**
   * What of a filter is there.
   *
   * @param official scenes of the official filter of this name; 0 if it is none
   */
  public record Filter(
      String name, int logs, int presentLogs, int tokens, int presentTokens, int official) {
    /** Whether every scene is there, and the filter itself is whole. */
    public boolean whole() {
      return presentTokens == tokens
          && presentLogs == logs
          && (official == 0 || official == tokens);
    }
  }

  /**
   * The outcome.
   *
   * @param maps what is wrong with the map of a location that a log names; empty for a whole one
   * @param absentMaps official maps that are missing or damaged and that no readable log names
   * @param problems damaged and missing files
   */
  public record Report(
      List<Split> splits,
      Map<String, String> maps,
      Set<String> absentMaps,
      List<Filter> filters,
      List<String> problems) {
    /** Whether nothing is missing that scores need. */
    public boolean whole() {
      return problems.isEmpty()
          && filters.stream().allMatch(Filter::whole)
          && maps.values().stream().allMatch(String::isEmpty);
    }
  }

  /**
   * Checks all splits of a data set.
   *
   * @param filterFiles official scene filters, whose scenes are counted
   * @throws DriveDistillException if there is no split at all, or a filter cannot be read
   */
  public static Report check(
      Path root, List<Path> filterFiles, int threads, Progress.Display display) {
    DatasetLayout layout = new DatasetLayout(root);
    if (layout.splits().isEmpty()) {
      throw new DriveDistillException(
          "Expected splits in " + root.resolve("navsim_logs").toAbsolutePath() + ", found none.",
          "Maybe this is not the folder that holds navsim_logs, sensor_blobs and maps.");
    }
    Map<String, SceneFilter> filters = new LinkedHashMap<>();
    for (Path file : filterFiles) {
      filters.put(
          file.getFileName().toString().replaceFirst("\\.ya?ml$", ""), SceneFilter.read(file));
    }
    List<Split> splits = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Set<String> locations = new TreeSet<>();
    Set<String> logs = new HashSet<>();
    Set<String> tokens = new HashSet<>();
    for (String split : layout.splits()) {
      Optional<String> empty = withoutLogs(layout, split);
      if (empty.isPresent()) {
        problems.add(split + ": " + empty.get());
        splits.add(new Split(split, 0, 0, 0, 0, 0));
        continue;
      }
      List<LogReport> reports = check(layout, split, threads, display);
      for (LogReport report : reports) {
        report.problems().forEach(problem -> problems.add(split + ": " + problem));
        locations.addAll(report.locations());
        tokens.addAll(report.tokens());
        if (!report.tokens().isEmpty()) {
          logs.add(report.name());
        }
      }
      splits.add(sum(split, reports));
    }
    Map<String, String> maps = new TreeMap<>();
    for (String location : locations) {
      maps.put(location, MapFiles.problem(layout, location).orElse(""));
    }
    Set<String> unused = new TreeSet<>();
    for (MapLocation location : MapLocation.values()) {
      String name = location.officialName();
      if (!locations.contains(name) && MapFiles.problem(layout, name).isPresent()) {
        unused.add(name);
      }
    }
    List<Filter> found = new ArrayList<>();
    filters.forEach((name, filter) -> found.add(count(name, filter, logs, tokens)));
    return new Report(splits, maps, unused, found, problems);
  }

  /** A folder without logs is one problem among others. */
  private static Optional<String> withoutLogs(DatasetLayout layout, String split) {
    try {
      layout.logFiles(split);
      return Optional.empty();
    } catch (DriveDistillException e) {
      return e.getMessage().lines().findFirst();
    }
  }

  private static Filter count(
      String name, SceneFilter filter, Set<String> logs, Set<String> tokens) {
    Set<String> wantedLogs = filter.logNames().orElse(Set.of());
    Set<String> wanted = filter.tokens().orElse(Set.of());
    return new Filter(
        name,
        wantedLogs.size(),
        (int) wantedLogs.stream().filter(logs::contains).count(),
        wanted.size(),
        (int) wanted.stream().filter(tokens::contains).count(),
        OFFICIAL_SCENES.getOrDefault(name, 0));
  }

  private static Split sum(String split, List<LogReport> reports) {
    return new Split(
        split,
        (int) reports.stream().filter(r -> !r.tokens().isEmpty()).count(),
        (int) reports.stream().filter(r -> r.tokens().isEmpty()).count(),
        reports.stream().mapToInt(r -> r.tokens().size()).sum(),
        reports.stream().mapToInt(LogReport::sensors).sum(),
        reports.stream().mapToInt(LogReport::missing).sum());
  }

  private static List<LogReport> check(
      DatasetLayout layout, String split, int threads, Progress.Display display) {
    List<Path> logFiles = layout.logFiles(split);
    try (Progress progress = display.open("Checking " + split, logFiles.size())) {
      return Parallel.map(
          threads,
          logFiles,
          file -> {
            LogReport report = SplitCheck.check(layout, split, file);
            progress.step(1);
            return report;
          });
    }
  }
}
