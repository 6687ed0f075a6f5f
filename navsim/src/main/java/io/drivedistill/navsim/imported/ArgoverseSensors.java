package io.drivedistill.navsim.imported;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.imported.Recording.Pose;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.CameraView.Distortion;
import io.drivedistill.navsim.log.Matrix;
import io.drivedistill.navsim.log.Quaternion;
import io.drivedistill.navsim.log.Vector3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Pictures and sweeps of an Argoverse 2 log, as far as they are there. The seven ring cameras stand
 * for NAVSIM's eight; there is none to the rear. Sweeps are in the ego frame already.
 */
final class ArgoverseSensors {
  private static final Map<String, CameraName> RING =
      Map.of(
          "ring_front_center", CameraName.CAM_F0,
          "ring_front_left", CameraName.CAM_L0,
          "ring_side_left", CameraName.CAM_L1,
          "ring_rear_left", CameraName.CAM_L2,
          "ring_front_right", CameraName.CAM_R0,
          "ring_side_right", CameraName.CAM_R1,
          "ring_rear_right", CameraName.CAM_R2);
  private static final long NEAR_NS = 60_000_000L;
  private static final int LASERS_OF_A_LIDAR = 32;
  private static final List<String> LIDAR_FOLDERS = List.of("sensors/lidar", "lidar");

  private final Map<CameraName, NavigableMap<Long, Path>> files = new EnumMap<>(CameraName.class);
  private final Map<CameraName, Picture> calibrated = new EnumMap<>(CameraName.class);
  private final NavigableMap<Long, Path> sweeps = new TreeMap<>();

  private ArgoverseSensors() {}

  static ArgoverseSensors of(Path log) {
    ArgoverseSensors sensors = new ArgoverseSensors();
    LIDAR_FOLDERS.forEach(name -> sensors.sweeps.putAll(list(log.resolve(name), ".feather")));
    RING.forEach(
        (name, camera) -> {
          NavigableMap<Long, Path> found =
              list(log.resolve("sensors/cameras").resolve(name), ".jpg");
          if (!found.isEmpty()) {
            sensors.files.put(camera, found);
          }
        });
    if (!sensors.files.isEmpty()) {
      sensors.calibrate(log.resolve("calibration"));
    }
    return sensors;
  }

  private static NavigableMap<Long, Path> list(Path folder, String ending) {
    NavigableMap<Long, Path> files = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path file : (Iterable<Path>) all::iterator) {
          String name = file.getFileName().toString();
          if (name.matches("\\d{1,18}" + ending.replace(".", "\\."))) {
            files.put(Long.parseLong(name.substring(0, name.length() - ending.length())), file);
          }
        }
      } catch (IOException e) {
        throw new DriveDistillException(
            "Could not list " + folder + ": " + e, "Maybe it is not readable for this user.", e);
      }
    }
    return files;
  }

  private void calibrate(Path folder) {
    Columns lenses =
        Columns.read(
            table(folder, "intrinsics"),
            Set.of("sensor_name", "fx_px", "fy_px", "cx_px", "cy_px", "k1", "k2", "k3"));
    Columns poses =
        Columns.read(
            table(folder, "egovehicle_SE3_sensor"),
            Set.of("sensor_name", "qw", "qx", "qy", "qz", "tx_m", "ty_m", "tz_m"));
    for (int lens = 0; lens < lenses.rows(); lens++) {
      CameraName camera = RING.get(lenses.text("sensor_name", lens));
      for (int pose = 0; camera != null && pose < poses.rows(); pose++) {
        if (poses.text("sensor_name", pose).equals(lenses.text("sensor_name", lens))) {
          calibrated.put(camera, picture(camera, lenses, lens, poses, pose));
        }
      }
    }
    for (CameraName camera : files.keySet()) {
      if (!calibrated.containsKey(camera)) {
        throw new DriveDistillException(
            "Expected the calibration of " + camera + " in " + folder + ", found none.",
            "Maybe the log was not unpacked whole.");
      }
    }
  }

  private static Path table(Path folder, String name) {
    return Columns.find(folder, name)
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "Expected a table " + name + " in " + folder + ", found none.",
                    "Maybe the log was not unpacked whole; pictures need their calibration."));
  }

  private static Picture picture(
      CameraName camera, Columns lenses, int lens, Columns poses, int pose) {
    Pose inEgo =
        new Pose(
            new Quaternion(
                poses.number("qw", pose),
                poses.number("qx", pose),
                poses.number("qy", pose),
                poses.number("qz", pose)),
            new Vector3(
                poses.number("tx_m", pose),
                poses.number("ty_m", pose),
                poses.number("tz_m", pose)));
    Matrix intrinsics =
        Matrix.of(
            3,
            3,
            lenses.number("fx_px", lens),
            0,
            lenses.number("cx_px", lens),
            0,
            lenses.number("fy_px", lens),
            lenses.number("cy_px", lens),
            0,
            0,
            1);
    Distortion distortion =
        new Distortion(
            lenses.number("k1", lens), lenses.number("k2", lens), 0, 0, lenses.number("k3", lens));
    return new Picture(camera, Path.of(""), inEgo, intrinsics, distortion);
  }

  /** The pictures nearest to a time. */
  List<Picture> pictures(long timeNs) {
    List<Picture> pictures = new ArrayList<>();
    files.forEach(
        (camera, byTime) ->
            near(byTime, timeNs).ifPresent(file -> pictures.add(calibrated.get(camera).of(file))));
    return pictures;
  }

  /** The sweep of a time. */
  Optional<Sweep> sweep(long timeNs) {
    return near(sweeps, timeNs).map(file -> () -> points(file));
  }

  private static Optional<Path> near(NavigableMap<Long, Path> byTime, long timeNs) {
    return byTime.subMap(timeNs - NEAR_NS, true, timeNs + NEAR_NS, true).entrySet().stream()
        .min((a, b) -> Long.compare(Math.abs(a.getKey() - timeNs), Math.abs(b.getKey() - timeNs)))
        .map(Map.Entry::getValue);
  }

  private static float[] points(Path file) {
    Columns table = Columns.read(file, Set.of("x", "y", "z", "intensity", "laser_number"));
    float[] points = new float[6 * table.rows()];
    for (int row = 0; row < table.rows(); row++) {
      int laser = (int) table.integer("laser_number", row);
      int lidar = laser / LASERS_OF_A_LIDAR;
      points[6 * row] = (float) table.number("x", row);
      points[6 * row + 1] = (float) table.number("y", row);
      points[6 * row + 2] = (float) table.number("z", row);
      points[6 * row + 3] = (float) table.number("intensity", row);
      points[6 * row + 4] = laser;
      points[6 * row + 5] = lidar;
    }
    return points;
  }
}
