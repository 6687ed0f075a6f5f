package io.drivedistill.latentaction;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.Pose2;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A recording from a plain folder of pictures. Pictures (JPEG or PNG, in name order) lie in the
 * folder itself or in its only sub-folder that has any. With an {@value #POSES} the i-th row tells
 * time and pose of the i-th picture: columns {@code t} (s), {@code x_east}, {@code y_north} (m),
 * {@code yaw} (rad), others are ignored. Without it the pictures are taken as evenly spaced.
 */
public final class FolderRecordings {
  /** Name of the table of poses. */
  public static final String POSES = "ego.csv";

  private FolderRecordings() {}

  /**
   * Reads a folder.
   *
   * @param framesPerSecond picture rate where there is no table of poses
   * @throws DriveDistillException if there are no pictures or the table does not fit them
   */
  public static Recording read(Path folder, double framesPerSecond) {
    List<Path> pictures = picturesOf(folder);
    Path table = folder.resolve(POSES);
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    List<RecordedFrame> frames = new ArrayList<>();
    if (Files.exists(table)) {
      List<double[]> rows = rows(table);
      if (rows.size() != pictures.size()) {
        throw new DriveDistillException(
            table.toAbsolutePath()
                + " has "
                + rows.size()
                + " rows but the folder holds "
                + pictures.size()
                + " pictures",
            "Maybe a picture or a row is missing; every picture needs one row, in the same order.");
      }
      for (int i = 0; i < rows.size(); i++) {
        double[] row = rows.get(i);
        frames.add(
            new RecordedFrame(
                name + "/" + stem(pictures.get(i)),
                pictures.get(i),
                row[0],
                Optional.of(new Pose2(row[1], row[2], row[3]))));
      }
    } else {
      for (int i = 0; i < pictures.size(); i++) {
        frames.add(
            new RecordedFrame(
                name + "/" + stem(pictures.get(i)),
                pictures.get(i),
                i / framesPerSecond,
                Optional.empty()));
      }
    }
    try {
      return new Recording(name, frames);
    } catch (IllegalArgumentException e) {
      throw new DriveDistillException(
          table.toAbsolutePath() + ": " + e.getMessage(),
          "Maybe the rows are not sorted by time.",
          e);
    }
  }

  private static List<Path> picturesOf(Path folder) {
    List<Path> own = pictures(folder);
    if (!own.isEmpty()) {
      return own;
    }
    Map<Path, List<Path>> bySubfolder = new TreeMap<>();
    for (Path child : children(folder)) {
      if (Files.isDirectory(child)) {
        List<Path> found = pictures(child);
        if (!found.isEmpty()) {
          bySubfolder.put(child, found);
        }
      }
    }
    if (bySubfolder.size() != 1) {
      throw new DriveDistillException(
          "Expected pictures (.jpg, .png) in "
              + folder.toAbsolutePath()
              + " or in one sub-folder, found "
              + (bySubfolder.isEmpty() ? "none" : "them in " + bySubfolder.keySet()),
          "Maybe name the folder of one camera.");
    }
    return bySubfolder.values().iterator().next();
  }

  private static List<Path> pictures(Path folder) {
    return children(folder).stream()
        .filter(
            file -> {
              String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
              return name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".png");
            })
        .toList();
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not list " + folder.toAbsolutePath() + ": " + e,
          "Maybe the path is misspelt or is not a folder.",
          e);
    }
  }

  /** Rows of time, x, y, yaw. */
  private static List<double[]> rows(Path table) {
    List<String> lines;
    try {
      lines = Files.readAllLines(table, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read " + table.toAbsolutePath() + ": " + e,
          "Maybe the file is damaged or not text.",
          e);
    }
    List<String> header = lines.isEmpty() ? List.of() : Arrays.asList(lines.get(0).split(","));
    int[] columns = new int[4];
    String[] names = {"t", "x_east", "y_north", "yaw"};
    for (int i = 0; i < names.length; i++) {
      columns[i] = header.indexOf(names[i]);
      if (columns[i] < 0) {
        throw new DriveDistillException(
            table.toAbsolutePath() + " has no column '" + names[i] + "', it has " + header,
            "Maybe rename the columns to t, x_east, y_north, yaw.");
      }
    }
    List<double[]> rows = new ArrayList<>();
    for (int line = 1; line < lines.size(); line++) {
      if (!lines.get(line).isBlank()) {
        rows.add(row(table, line, lines.get(line).split(","), columns));
      }
    }
    return rows;
  }

  private static double[] row(Path table, int line, String[] fields, int[] columns) {
    double[] row = new double[columns.length];
    for (int i = 0; i < columns.length; i++) {
      try {
        row[i] = Double.parseDouble(fields[columns[i]].strip());
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new DriveDistillException(
            table.toAbsolutePath() + ", line " + (line + 1) + " is not a row of numbers",
            "Maybe the file was cut off or edited.",
            e);
      }
    }
    return row;
  }

  private static String stem(Path picture) {
    String name = picture.getFileName().toString();
    return name.substring(0, name.lastIndexOf('.'));
  }
}
