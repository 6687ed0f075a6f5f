package io.drivedistill.navsim.check;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.log.CameraView;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.LogReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Looks at the logs of one split and the sensor files that they name. Stateless. */
final class SplitCheck {
  private static final int SHOWN = 5;

  private SplitCheck() {}

  /**
   * What one log has.
   *
   * @param tokens tokens of the frames in time order
   * @param sensors pictures and point clouds that the log names
   * @param missing how many of them are not there
   * @param problems damaged files, at most {@value #SHOWN} of a kind
   */
  record LogReport(
      String name,
      List<String> tokens,
      Set<String> locations,
      int sensors,
      int missing,
      List<String> problems) {}

  static LogReport check(DatasetLayout layout, String split, Path logFile) {
    String file = logFile.getFileName().toString();
    String name = file.substring(0, file.lastIndexOf('.'));
    List<Frame> frames;
    try {
      frames = LogReader.read(logFile);
    } catch (DriveDistillException e) {
      return new LogReport(name, List.of(), Set.of(), 0, 0, List.of(first(e)));
    }
    Set<String> locations = new TreeSet<>();
    List<String> tokens = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Map<Path, Set<String>> folders = new HashMap<>();
    int sensors = 0;
    int missing = 0;
    for (Frame frame : frames) {
      tokens.add(frame.token());
      locations.add(frame.mapLocation());
      for (String path : paths(frame)) {
        sensors++;
        Path sensor = layout.sensorFolder(split).resolve(path);
        Path parent = sensor.getParent();
        // One listing of a folder is much faster than a look for every file.
        if (!folders.computeIfAbsent(parent, SplitCheck::names).contains(nameOf(sensor))) {
          missing++;
          continue;
        }
        SensorFiles.problem(sensor)
            .ifPresent(problem -> problems.add("the file " + sensor + " " + problem));
      }
    }
    return new LogReport(name, tokens, locations, sensors, missing, shortened(problems));
  }

  private static String first(DriveDistillException e) {
    return e.getMessage().lines().findFirst().orElse("a log is damaged");
  }

  private static List<String> paths(Frame frame) {
    List<String> paths = new ArrayList<>();
    paths.add(frame.lidarPath());
    frame.cameras().stream().map(CameraView::imagePath).forEach(paths::add);
    paths.removeIf(String::isBlank);
    return paths;
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString();
  }

  private static Set<String> names(Path folder) {
    String[] names = folder.toFile().list();
    return names == null ? Set.of() : new HashSet<>(List.of(names));
  }

  private static List<String> shortened(List<String> problems) {
    if (problems.size() <= SHOWN) {
      return problems;
    }
    List<String> few = new ArrayList<>(problems.subList(0, SHOWN));
    few.add("… and " + (problems.size() - SHOWN) + " more sensor files of this log");
    return few;
  }
}
