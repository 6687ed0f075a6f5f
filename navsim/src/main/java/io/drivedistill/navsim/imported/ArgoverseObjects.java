package io.drivedistill.navsim.imported;

import static java.util.Map.entry;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.imported.Recording.Pose;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.log.Quaternion;
import io.drivedistill.navsim.log.Vector3;
import io.drivedistill.navsim.scene.Pose2;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The annotated boxes of an Argoverse 2 log, ten times a second, in the ego frame of their time.
 * Velocities are not published; they are slopes of the tracks over half a second to each side.
 */
final class ArgoverseObjects {
  private static final String EGO = "EGO_VEHICLE";
  private static final long HALF_WINDOW_NS = 550_000_000L;

  /** A box that begins higher than this over the ground hangs over the road. */
  private static final double CLEARANCE_M = 2.5;

  private static final Map<String, ObjectType> TYPES =
      Map.ofEntries(
          entry("REGULAR_VEHICLE", ObjectType.VEHICLE),
          entry("LARGE_VEHICLE", ObjectType.VEHICLE),
          entry("BUS", ObjectType.VEHICLE),
          entry("ARTICULATED_BUS", ObjectType.VEHICLE),
          entry("SCHOOL_BUS", ObjectType.VEHICLE),
          entry("BOX_TRUCK", ObjectType.VEHICLE),
          entry("TRUCK", ObjectType.VEHICLE),
          entry("TRUCK_CAB", ObjectType.VEHICLE),
          entry("VEHICULAR_TRAILER", ObjectType.VEHICLE),
          entry("RAILED_VEHICLE", ObjectType.VEHICLE),
          entry("PEDESTRIAN", ObjectType.PEDESTRIAN),
          entry("OFFICIAL_SIGNALER", ObjectType.PEDESTRIAN),
          entry("STROLLER", ObjectType.PEDESTRIAN),
          entry("WHEELCHAIR", ObjectType.PEDESTRIAN),
          entry("BICYCLE", ObjectType.BICYCLE),
          entry("BICYCLIST", ObjectType.BICYCLE),
          entry("MOTORCYCLE", ObjectType.BICYCLE),
          entry("MOTORCYCLIST", ObjectType.BICYCLE),
          entry("WHEELED_DEVICE", ObjectType.BICYCLE),
          entry("WHEELED_RIDER", ObjectType.BICYCLE),
          entry("CONSTRUCTION_CONE", ObjectType.TRAFFIC_CONE),
          entry("CONSTRUCTION_BARREL", ObjectType.BARRIER),
          entry("MESSAGE_BOARD_TRAILER", ObjectType.CZONE_SIGN),
          entry("TRAFFIC_LIGHT_TRAILER", ObjectType.CZONE_SIGN),
          entry("MOBILE_PEDESTRIAN_CROSSING_SIGN", ObjectType.CZONE_SIGN),
          entry("BOLLARD", ObjectType.GENERIC_OBJECT),
          entry("SIGN", ObjectType.GENERIC_OBJECT),
          entry("STOP_SIGN", ObjectType.GENERIC_OBJECT),
          entry("ANIMAL", ObjectType.GENERIC_OBJECT),
          entry("DOG", ObjectType.GENERIC_OBJECT));

  private final Path file;
  private final NavigableMap<Long, List<Sighting>> byTime = new TreeMap<>();
  private final Map<String, NavigableMap<Long, Sighting>> byTrack = new LinkedHashMap<>();

  /** One box in the city frame. */
  private record Sighting(
      ObjectType type,
      String track,
      Vector3 centre,
      double headingRad,
      double lengthM,
      double widthM,
      double heightM) {}

  private ArgoverseObjects(Path file) {
    this.file = file;
  }

  static ArgoverseObjects read(Path file, EgoDrive drive) {
    Columns table =
        Columns.read(
            file,
            Set.of(
                "timestamp_ns",
                "track_uuid",
                "category",
                "length_m",
                "width_m",
                "height_m",
                "qw",
                "qx",
                "qy",
                "qz",
                "tx_m",
                "ty_m",
                "tz_m"));
    ArgoverseObjects objects = new ArgoverseObjects(file);
    for (int row = 0; row < table.rows(); row++) {
      long time = table.integer("timestamp_ns", row);
      List<Sighting> now = objects.byTime.computeIfAbsent(time, t -> new ArrayList<>());
      if (table.text("category", row).equals(EGO)) {
        continue;
      }
      Sighting sighting = objects.sighting(table, row, drive.at(time / 1000));
      double bottomM = table.number("tz_m", row) - sighting.heightM / 2;
      if (bottomM < CLEARANCE_M) {
        now.add(sighting);
        objects.byTrack.computeIfAbsent(sighting.track, t -> new TreeMap<>()).put(time, sighting);
      }
    }
    return objects;
  }

  private Sighting sighting(Columns table, int row, Pose ego) {
    String category = table.text("category", row);
    ObjectType type = TYPES.get(category);
    if (type == null) {
      throw new DriveDistillException(
          "Expected a category of Argoverse 2 in row "
              + (row + 1)
              + " of "
              + file.toAbsolutePath()
              + ", found '"
              + category
              + "'.",
          "Maybe this is another data set, or a newer one with more categories.");
    }
    Quaternion boxInEgo =
        new Quaternion(
            table.number("qw", row),
            table.number("qx", row),
            table.number("qy", row),
            table.number("qz", row));
    Vector3 centre =
        ego.apply(
            new Vector3(
                table.number("tx_m", row), table.number("ty_m", row), table.number("tz_m", row)));
    return new Sighting(
        type,
        table.text("track_uuid", row),
        centre,
        Pose2.wrap(ego.rotation().yawRad() + boxInEgo.yawRad()),
        table.number("length_m", row),
        table.number("width_m", row),
        table.number("height_m", row));
  }

  /** Times of the annotated sweeps, ascending. */
  List<Long> timesNs() {
    return List.copyOf(byTime.keySet());
  }

  /** The objects of a sweep. */
  List<RecordedObject> at(long timeNs) {
    List<RecordedObject> objects = new ArrayList<>();
    for (Sighting one : byTime.get(timeNs)) {
      LocalParabola east = new LocalParabola();
      LocalParabola north = new LocalParabola();
      byTrack
          .get(one.track)
          .subMap(timeNs - HALF_WINDOW_NS, true, timeNs + HALF_WINDOW_NS, true)
          .forEach(
              (time, sighting) -> {
                double t = (time - timeNs) / 1e9;
                east.add(t, sighting.centre.x() - one.centre.x());
                north.add(t, sighting.centre.y() - one.centre.y());
              });
      objects.add(
          new RecordedObject(
              one.type,
              one.track,
              one.centre,
              one.headingRad,
              one.lengthM,
              one.widthM,
              one.heightM,
              east.lineSlope(),
              north.lineSlope()));
    }
    return objects;
  }
}
