package io.drivedistill.navsim.imported;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.imported.ImportSource.RecordingFolder;
import io.drivedistill.navsim.imported.Recording.Instant;
import io.drivedistill.navsim.imported.Recording.Pose;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.log.Quaternion;
import io.drivedistill.navsim.log.Vector3;
import io.drivedistill.navsim.map.MapLocation;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A nuScenes scene in ScenarioNet's manner: one JSON file with tracks ten times a second and the
 * map around (docs/real-roads.md lists the keys). The ego position is that of the rear axle, as
 * NAVSIM's. The files carry no clock; time starts at zero.
 *
 * @param name id of the scene, as {@code scene-0061}
 * @param file where it lies
 */
record NuscenesScene(String name, Path file) implements RecordingFolder {
  private static final int SEARCH_DEPTH = 2;
  private static final double FRAME_S = 0.5;
  private static final double SEAM_M = 0.05;
  private static final Map<String, ObjectType> TYPES =
      Map.of(
          "VEHICLE", ObjectType.VEHICLE,
          "PEDESTRIAN", ObjectType.PEDESTRIAN,
          "CYCLIST", ObjectType.BICYCLE,
          "TRAFFIC_CONE", ObjectType.TRAFFIC_CONE,
          "TRAFFIC_BARRIER", ObjectType.BARRIER);

  static List<RecordingFolder> find(Path root) {
    try (Stream<Path> files = Files.walk(root, SEARCH_DEPTH)) {
      List<RecordingFolder> scenes = new ArrayList<>();
      files
          .filter(file -> file.getFileName().toString().matches("scene-\\w+\\.json(\\.gz)?"))
          .sorted(Comparator.comparing(file -> file.getFileName().toString()))
          .forEach(
              file -> {
                String stem = file.getFileName().toString().replaceFirst("\\.json.*", "");
                scenes.add(new NuscenesScene(stem, file));
              });
      if (!scenes.isEmpty()) {
        return scenes;
      }
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not list " + root.toAbsolutePath() + ": " + e,
          "Maybe the path is misspelt or not readable for this user.",
          e);
    }
    throw new DriveDistillException(
        "Expected nuScenes scenes (scene-*.json or .json.gz) below "
            + root.toAbsolutePath()
            + ", found none.",
        "Maybe this is nuScenes' own table format; docs/real-roads.md says which form is read.");
  }

  @Override
  public Recording read() {
    JsonNode root;
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      root = new ObjectMapper().readTree(plain);
    } catch (IOException e) {
      throw damaged(e);
    }
    try {
      return recording(root);
    } catch (IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  private DriveDistillException damaged(Exception e) {
    return new DriveDistillException(
        "Could not read the scene " + file.toAbsolutePath() + ": " + e.getMessage(),
        "Maybe the file was cut off, or it has another form than docs/real-roads.md says.",
        e);
  }

  private Recording recording(JsonNode root) {
    double stepS = JsonTree.number(root, "dt");
    int stride = (int) Math.round(FRAME_S / stepS);
    if (stride < 1 || Math.abs(stride * stepS - FRAME_S) > 1e-6) {
      throw new IllegalArgumentException("'dt' is " + stepS + ", no fraction of half a second");
    }
    JsonNode ego = null;
    for (JsonNode track : JsonTree.list(root, "tracks")) {
      ego = track.path("ego").asBoolean() ? track : ego;
    }
    if (ego == null) {
      throw new IllegalArgumentException("no track has 'ego': true");
    }
    int steps = beforeSeam(ego, JsonTree.count(root, "steps"));
    List<Long> times = new ArrayList<>();
    List<Pose> poses = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      if (valid(ego, step)) {
        times.add(timeUs(step, stepS));
        poses.add(new Pose(Quaternion.ofYaw(heading(ego, step)), position(ego, step)));
      }
    }
    EgoDrive drive = new EgoDrive(times, poses);
    List<Instant> instants = new ArrayList<>();
    for (int step = 0; step < steps; step += stride) {
      instants.add(
          new Instant(timeUs(step, stepS), objects(root, step), List.of(), Optional.empty()));
    }
    boolean boston = JsonTree.text(root, "map").startsWith("boston");
    return new Recording(
        name,
        "nuscenes",
        boston ? MapLocation.BOSTON : MapLocation.SINGAPORE,
        NuscenesMap.of(JsonTree.list(root, "map_features")),
        drive,
        instants);
  }

  /**
   * The steps before the ego jumps backwards while it drives: in the last half second of every
   * moving scene the poses begin again one or two steps earlier.
   */
  private static int beforeSeam(JsonNode ego, int steps) {
    for (int step = 2; step < steps; step++) {
      if (valid(ego, step - 2)
          && valid(ego, step - 1)
          && valid(ego, step)
          && forwardM(ego, step - 1) > SEAM_M
          && forwardM(ego, step) < -SEAM_M) {
        return step;
      }
    }
    return steps;
  }

  private static double forwardM(JsonNode ego, int step) {
    double heading = heading(ego, step);
    Vector3 from = position(ego, step - 1);
    Vector3 to = position(ego, step);
    return (to.x() - from.x()) * StrictMath.cos(heading)
        + (to.y() - from.y()) * StrictMath.sin(heading);
  }

  private static long timeUs(int step, double stepS) {
    return Math.round(step * stepS * 1e6);
  }

  private static List<RecordedObject> objects(JsonNode root, int step) {
    List<RecordedObject> objects = new ArrayList<>();
    for (JsonNode track : JsonTree.list(root, "tracks")) {
      if (track.path("ego").asBoolean() || !valid(track, step)) {
        continue;
      }
      String type = JsonTree.text(track, "type");
      JsonNode size = JsonTree.list(track, "lwh");
      JsonNode velocity = at(track, "vel", step);
      objects.add(
          new RecordedObject(
              TYPES.getOrDefault(type, ObjectType.GENERIC_OBJECT),
              JsonTree.text(track, "id"),
              position(track, step),
              heading(track, step),
              JsonTree.number(size, 0),
              JsonTree.number(size, 1),
              JsonTree.number(size, 2),
              JsonTree.number(velocity, 0),
              JsonTree.number(velocity, 1)));
    }
    return objects;
  }

  /** Values of a track are listed from its step {@code start} on. */
  private static boolean valid(JsonNode track, int step) {
    int index = step - JsonTree.count(track, "start");
    return JsonTree.list(track, "valid").path(index).asInt() == 1;
  }

  private static JsonNode at(JsonNode track, String key, int step) {
    JsonNode value = JsonTree.list(track, key).get(step - JsonTree.count(track, "start"));
    if (value == null) {
      throw new IllegalArgumentException(
          "track " + track.path("id") + " has too few '" + key + "'");
    }
    return value;
  }

  private static Vector3 position(JsonNode track, int step) {
    JsonNode xyz = at(track, "xyz", step);
    return new Vector3(JsonTree.number(xyz, 0), JsonTree.number(xyz, 1), JsonTree.number(xyz, 2));
  }

  private static double heading(JsonNode track, int step) {
    JsonNode heading = at(track, "heading", step);
    if (!heading.isNumber()) {
      throw new IllegalArgumentException("track " + track.path("id") + " has no heading");
    }
    return heading.doubleValue();
  }
}
