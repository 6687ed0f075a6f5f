package io.drivedistill.navsim.log;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.pickle.NumpyGlobals;
import io.drivedistill.core.pickle.PickleException;
import io.drivedistill.core.pickle.PickleReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a NAVSIM log: a pickled list of frame dictionaries (SPEC-pdms section 2), protocols 2 to 5,
 * numpy 1 and 2 module names. Only names that plain numpy data needs are allowed, so a hostile file
 * can do nothing but be refused. Stateless.
 */
public final class LogReader {
  private LogReader() {}

  /**
   * All frames of a log in time order.
   *
   * @throws DriveDistillException if the file is absent, truncated, damaged, or not a log
   */
  public static List<Frame> read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      Object value = PickleReader.read(bytes, new NumpyGlobals());
      if (!(value instanceof List<?> list)) {
        throw new PickleException("expected a list of frames, found " + LogFields.kind(value));
      }
      LogFields.Allowance allowance = new LogFields.Allowance(bytes.length);
      List<Frame> frames = new ArrayList<>();
      for (int i = 0; i < list.size(); i++) {
        frames.add(frame(LogFields.of(list.get(i), "frame " + i, allowance), i));
      }
      return frames;
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the log " + file + ": " + e,
          "Maybe the file is missing or not readable for this user.",
          e);
    } catch (PickleException e) {
      throw new DriveDistillException(
          "The log " + file + " is damaged or not a NAVSIM log: " + e.getMessage() + ".",
          "Maybe the download was cut off; compare its size and fetch it again.",
          e);
    }
  }

  private static Frame frame(LogFields f, int index) throws PickleException {
    return new Frame(
        f.text("token"),
        f.has("frame_idx") ? (int) f.integer("frame_idx") : index,
        f.integer("timestamp"),
        f.text("log_name"),
        f.text("log_token", ""),
        f.text("scene_name", ""),
        f.text("scene_token", ""),
        f.text("map_location"),
        f.texts("roadblock_ids"),
        f.text("vehicle_name", ""),
        ego(f),
        f.text("lidar_path", ""),
        f.vector("lidar2ego_translation"),
        f.quaternion("lidar2ego_rotation"),
        lights(f),
        command(f),
        cameras(f),
        optionalText(f, "sample_prev"),
        optionalText(f, "sample_next"),
        f.has("anns") ? Optional.of(boxes(f.dictionary("anns"))) : Optional.empty());
  }

  private static Optional<String> optionalText(LogFields f, String key) throws PickleException {
    return f.has(key) ? Optional.of(f.text(key)) : Optional.empty();
  }

  private static EgoStatus ego(LogFields f) throws PickleException {
    double[] dynamic = f.numbers("ego_dynamic_state", 4);
    double[] can = f.has("can_bus") ? f.numbers("can_bus", 18) : new double[18];
    return new EgoStatus(
        f.vector("ego2global_translation"),
        f.quaternion("ego2global_rotation"),
        new Vector3(can[7], can[8], can[9]),
        new Vector3(can[10], can[11], can[12]),
        new Vector3(can[13], can[14], can[15]),
        dynamic[0],
        dynamic[1],
        dynamic[2],
        dynamic[3]);
  }

  private static List<TrafficLight> lights(LogFields f) throws PickleException {
    List<TrafficLight> lights = new ArrayList<>();
    for (Object item : f.items("traffic_lights")) {
      if (!(item instanceof Object[] pair)
          || pair.length != 2
          || !(pair[0] instanceof Long id)
          || id < 0
          || id > Integer.MAX_VALUE
          || !(pair[1] instanceof Boolean red)) {
        throw new PickleException(
            "expected pairs of lane connector and state in " + f.place() + "[traffic_lights]");
      }
      lights.add(new TrafficLight((int) (long) id, red));
    }
    return lights;
  }

  private static DrivingCommand command(LogFields f) throws PickleException {
    double[] oneHot = f.numbers("driving_command", DrivingCommand.LOG_ORDER.size());
    for (int i = 0; i < oneHot.length; i++) {
      if (oneHot[i] == 1) {
        return DrivingCommand.LOG_ORDER.get(i);
      }
    }
    return DrivingCommand.UNKNOWN;
  }

  private static List<CameraView> cameras(LogFields f) throws PickleException {
    List<CameraView> views = new ArrayList<>();
    LogFields cams = f.dictionary("cams");
    for (Map.Entry<?, ?> entry : cams.values().entrySet()) {
      LogFields cam =
          LogFields.of(entry.getValue(), cams.place() + "[" + entry.getKey() + "]", f.allowance());
      if (!cam.has("data_path")) {
        continue;
      }
      double[] d = cam.numbers("distortion", 5);
      views.add(
          new CameraView(
              cameraName(entry.getKey(), cams.place()),
              cam.text("data_path"),
              cam.matrix("sensor2lidar_rotation", 3, 3),
              cam.vector("sensor2lidar_translation"),
              cam.matrix("cam_intrinsic", 3, 3),
              new CameraView.Distortion(d[0], d[1], d[2], d[3], d[4])));
    }
    return views;
  }

  private static CameraName cameraName(Object key, String place) throws PickleException {
    for (CameraName name : CameraName.values()) {
      if (name.name().equalsIgnoreCase(String.valueOf(key))) {
        return name;
      }
    }
    throw new PickleException("unknown camera in " + place);
  }

  private static List<AnnotatedBox> boxes(LogFields anns) throws PickleException {
    double[] boxes = anns.numbers("gt_boxes");
    double[] velocities = anns.numbers("gt_velocity_3d");
    List<String> names = anns.texts("gt_names");
    List<String> instances = anns.texts("instance_tokens");
    List<String> tracks = anns.texts("track_tokens");
    int count = names.size();
    if (boxes.length != 7 * count
        || velocities.length != 3 * count
        || instances.size() != count
        || tracks.size() != count) {
      throw new PickleException(
          "the five members of " + anns.place() + " differ in length (names: " + count + ")");
    }
    List<AnnotatedBox> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(
          new AnnotatedBox(
              type(names.get(i), anns.place()),
              new Vector3(boxes[7 * i], boxes[7 * i + 1], boxes[7 * i + 2]),
              boxes[7 * i + 3],
              boxes[7 * i + 4],
              boxes[7 * i + 5],
              boxes[7 * i + 6],
              new Vector3(velocities[3 * i], velocities[3 * i + 1], velocities[3 * i + 2]),
              instances.get(i),
              tracks.get(i)));
    }
    return list;
  }

  private static ObjectType type(String name, String place) throws PickleException {
    for (ObjectType type : ObjectType.values()) {
      if (type.logName().equals(name)) {
        return type;
      }
    }
    throw new PickleException(
        "unknown object type '"
            + name.substring(0, Math.min(40, name.length())).toLowerCase(Locale.ROOT)
            + "' in "
            + place);
  }
}
