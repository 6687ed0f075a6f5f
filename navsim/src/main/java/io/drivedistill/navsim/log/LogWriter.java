package io.drivedistill.navsim.log;

import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.pickle.PickleEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes NAVSIM logs: a pickled list of frame dictionaries with all keys of SPEC-pdms section 2.
 * The file takes its name when it is complete; equal frames give equal bytes.
 */
public final class LogWriter {
  private LogWriter() {}

  /**
   * Writes one log.
   *
   * @throws DriveDistillException if the file cannot be written
   */
  public static void write(Path file, List<Frame> frames) {
    AtomicFiles.writeFile(
        file,
        out -> {
          PickleEncoder pickle = new PickleEncoder(out);
          pickle.start();
          pickle.startList();
          for (Frame frame : frames) {
            write(pickle, frame);
          }
          pickle.endList();
          pickle.finish();
        });
  }

  private static void write(PickleEncoder pickle, Frame frame) throws IOException {
    EgoStatus ego = frame.ego();
    Vector3 position = ego.positionInMapM();
    Quaternion orientation = ego.orientationInMap();
    pickle.startDictionary();
    text(pickle, "token", frame.token());
    pickle.text("frame_idx");
    pickle.integer(frame.frameIndex());
    pickle.text("timestamp");
    pickle.integer(frame.timestampUs());
    text(pickle, "log_name", frame.logName());
    text(pickle, "log_token", frame.logToken());
    text(pickle, "scene_name", frame.sceneName());
    text(pickle, "scene_token", frame.sceneToken());
    text(pickle, "map_location", frame.mapLocation());
    pickle.text("roadblock_ids");
    pickle.textList(frame.roadblockIds());
    text(pickle, "vehicle_name", frame.vehicleName());
    pickle.text("can_bus");
    pickle.realArray(canBus(ego), 18);
    text(pickle, "lidar_path", frame.lidarPath());
    pickle.text("lidar2ego_translation");
    pickle.realArray(values(frame.translationLidarInEgoM()), 3);
    pickle.text("lidar2ego_rotation");
    pickle.realList(values(frame.rotationLidarToEgo()));
    pickle.text("ego2global_translation");
    pickle.realArray(values(position), 3);
    pickle.text("ego2global_rotation");
    pickle.realArray(values(orientation), 4);
    pickle.text("ego_dynamic_state");
    pickle.realList(
        ego.velocityXMps(), ego.velocityYMps(), ego.accelerationXMps2(), ego.accelerationYMps2());
    pickle.text("traffic_lights");
    pickle.startList();
    for (TrafficLight light : frame.trafficLights()) {
      pickle.integer(light.laneConnectorId());
      pickle.bool(light.red());
      pickle.pair();
    }
    pickle.endList();
    pickle.text("driving_command");
    long[] command =
        Arrays.stream(DrivingCommand.values())
            .mapToLong(hint -> hint == frame.drivingCommand() ? 1 : 0)
            .toArray();
    pickle.integerArray(command);
    pickle.text("cams");
    pickle.startDictionary();
    for (CameraView camera : frame.cameras()) {
      write(pickle, camera);
    }
    for (CameraName name : CameraName.values()) {
      if (frame.camera(name).isEmpty()) {
        // The official reader asks for all eight, and takes an empty dictionary for none.
        pickle.text(name.name());
        pickle.startDictionary();
        pickle.endDictionary();
      }
    }
    pickle.endDictionary();
    optionalText(pickle, "sample_prev", frame.previousToken());
    optionalText(pickle, "sample_next", frame.nextToken());
    Matrix egoToGlobal = Matrix.transform(orientation, position);
    Matrix lidarToEgo =
        Matrix.transform(frame.rotationLidarToEgo(), frame.translationLidarInEgoM());
    matrix(pickle, "ego2global", egoToGlobal);
    matrix(pickle, "lidar2ego", lidarToEgo);
    matrix(pickle, "lidar2global", egoToGlobal.times(lidarToEgo));
    if (frame.annotations().isPresent()) {
      pickle.text("anns");
      write(pickle, frame.annotations().get());
    }
    pickle.endDictionary();
  }

  private static double[] canBus(EgoStatus ego) {
    Vector3 p = ego.positionInMapM();
    Quaternion q = ego.orientationInMap();
    Vector3 a = ego.accelerationMps2();
    Vector3 v = ego.velocityMps();
    Vector3 w = ego.angularRateRadps();
    return new double[] {
      p.x(), p.y(), p.z(), q.w(), q.x(), q.y(), q.z(), a.x(), a.y(), a.z(), v.x(), v.y(), v.z(),
      w.x(), w.y(), w.z(), 0, 0
    };
  }

  private static void write(PickleEncoder pickle, CameraView camera) throws IOException {
    CameraView.Distortion d = camera.distortion();
    pickle.text(camera.name().name());
    pickle.startDictionary();
    text(pickle, "data_path", camera.imagePath());
    matrix(pickle, "sensor2lidar_rotation", camera.rotationCameraToLidar());
    pickle.text("sensor2lidar_translation");
    pickle.realArray(values(camera.translationCameraInLidarM()), 3);
    matrix(pickle, "cam_intrinsic", camera.intrinsics());
    pickle.text("distortion");
    pickle.realArray(new double[] {d.k1(), d.k2(), d.p1(), d.p2(), d.k3()}, 5);
    pickle.endDictionary();
  }

  private static void write(PickleEncoder pickle, List<AnnotatedBox> boxes) throws IOException {
    double[] geometry = new double[7 * boxes.size()];
    double[] velocity = new double[3 * boxes.size()];
    for (int i = 0; i < boxes.size(); i++) {
      AnnotatedBox box = boxes.get(i);
      Vector3 c = box.centerInEgoM();
      double[] row = {
        c.x(), c.y(), c.z(), box.lengthM(), box.widthM(), box.heightM(), box.headingInEgoRad()
      };
      System.arraycopy(row, 0, geometry, 7 * i, 7);
      System.arraycopy(values(box.velocityInEgoMps()), 0, velocity, 3 * i, 3);
    }
    pickle.startDictionary();
    pickle.text("gt_boxes");
    pickle.realArray(geometry, boxes.size(), 7);
    pickle.text("gt_names");
    pickle.textArray(boxes.stream().map(box -> box.type().logName()).toList());
    pickle.text("gt_velocity_3d");
    pickle.realArray(velocity, boxes.size(), 3);
    pickle.text("instance_tokens");
    pickle.textList(boxes.stream().map(AnnotatedBox::instanceToken).toList());
    pickle.text("track_tokens");
    pickle.textList(boxes.stream().map(AnnotatedBox::trackToken).toList());
    pickle.endDictionary();
  }

  private static void text(PickleEncoder pickle, String key, String value) throws IOException {
    pickle.text(key);
    pickle.text(value);
  }

  private static void optionalText(PickleEncoder pickle, String key, Optional<String> value)
      throws IOException {
    pickle.text(key);
    if (value.isPresent()) {
      pickle.text(value.get());
    } else {
      pickle.none();
    }
  }

  private static void matrix(PickleEncoder pickle, String key, Matrix matrix) throws IOException {
    pickle.text(key);
    pickle.realArray(matrix.toArray(), matrix.rows(), matrix.columns());
  }

  private static double[] values(Vector3 v) {
    return new double[] {v.x(), v.y(), v.z()};
  }

  private static double[] values(Quaternion q) {
    return new double[] {q.w(), q.x(), q.y(), q.z()};
  }
}
