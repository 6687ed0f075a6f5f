package io.drivedistill.navsim.town;

import io.drivedistill.navsim.log.AnnotatedBox;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.CameraView;
import io.drivedistill.navsim.log.EgoStatus;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.Quaternion;
import io.drivedistill.navsim.log.TrafficLight;
import io.drivedistill.navsim.log.Vector3;
import io.drivedistill.navsim.town.Junction.Light;
import io.drivedistill.navsim.town.Snapshot.Body;
import io.drivedistill.navsim.town.Snapshot.EgoState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the snapshots of a drive into the records of a log. */
final class FrameRecords {
  private static final int FRAMES_PER_SCENE = 40;
  private static final long FRAME_US = 500_000;
  private static final double GRAVITY_MPS2 = 9.81;

  private final SynthSpec spec;
  private final Town town;
  private final LogName log;

  FrameRecords(SynthSpec spec, Town town, LogName log) {
    this.spec = spec;
    this.town = town;
    this.log = log;
  }

  List<Frame> of(List<Snapshot> drive) {
    List<Frame> frames = new ArrayList<>();
    for (int k = 0; k < drive.size(); k++) {
      frames.add(frame(drive.get(k), k, drive.size()));
    }
    return frames;
  }

  /** Token of a frame's lidar sweep. */
  String token(int frame) {
    return Seeds.token(log.seed(), "lidar", frame);
  }

  /** Path of a picture relative to the split's sensor folder. */
  String imagePath(CameraName camera, int frame) {
    String token = Seeds.token(log.seed(), camera.name(), frame);
    return log.name() + "/" + camera.name() + "/" + token + ".jpg";
  }

  /** Path of a point cloud relative to the split's sensor folder. */
  String lidarPath(int frame) {
    return log.name() + "/MergedPointCloud/" + token(frame) + ".pcd";
  }

  private Frame frame(Snapshot snapshot, int index, int frames) {
    List<CameraView> cameras = new ArrayList<>();
    for (CameraName name : CameraName.values()) {
      cameras.add(
          CameraRig.of(name, spec.imageWidth(), spec.imageHeight()).view(imagePath(name, index)));
    }
    int scene = index / FRAMES_PER_SCENE;
    return new Frame(
        token(index),
        index % FRAMES_PER_SCENE,
        log.startUs() + index * FRAME_US,
        log.name(),
        Seeds.token(log.seed(), "log"),
        String.format("log-%04d-scene-%04d", log.index(), scene),
        Seeds.token(log.seed(), "scene", scene),
        town.location().officialName(),
        snapshot.roadblocks().stream().map(block -> String.valueOf(block.id)).toList(),
        log.vehicle(),
        status(snapshot.ego()),
        lidarPath(index),
        Vector3.ZERO,
        new Quaternion(1, 0, 0, 0),
        lights(snapshot),
        snapshot.command(),
        cameras,
        index == 0 ? Optional.empty() : Optional.of(token(index - 1)),
        index + 1 == frames ? Optional.empty() : Optional.of(token(index + 1)),
        Optional.of(boxes(snapshot, index)));
  }

  private EgoStatus status(EgoState ego) {
    double sideways = ego.speedMps() * ego.yawRateRadps();
    return new EgoStatus(
        new Vector3(town.originEastM() + ego.x(), town.originNorthM() + ego.y(), 0),
        Quaternion.ofYaw(ego.headingRad()),
        new Vector3(ego.accelerationMps2(), sideways, GRAVITY_MPS2),
        new Vector3(ego.speedMps(), 0, 0),
        new Vector3(0, 0, ego.yawRateRadps()),
        ego.speedMps(),
        0,
        ego.accelerationMps2(),
        sideways);
  }

  private List<TrafficLight> lights(Snapshot snapshot) {
    List<TrafficLight> lights = new ArrayList<>();
    for (Junction junction : town.network().junctions) {
      double distance =
          Math.hypot(junction.centerX - snapshot.ego().x(), junction.centerY - snapshot.ego().y());
      if (junction.lights && distance < 150) {
        for (Lane connector : junction.connectors) {
          Light light = junction.light(connector.lightPhase, snapshot.timeS());
          lights.add(new TrafficLight(connector.id, light != Light.GREEN));
        }
      }
    }
    return lights;
  }

  private List<AnnotatedBox> boxes(Snapshot snapshot, int frame) {
    EgoState ego = snapshot.ego();
    double c = Math.cos(ego.headingRad());
    double s = Math.sin(ego.headingRad());
    List<AnnotatedBox> boxes = new ArrayList<>();
    for (Body body : snapshot.bodies()) {
      double dx = body.x() - ego.x();
      double dy = body.y() - ego.y();
      double heading = Angles.wrap(body.headingRad() - ego.headingRad());
      double speed = body.type().isAgent() ? body.speedMps() : 0;
      boxes.add(
          new AnnotatedBox(
              body.type(),
              new Vector3(dx * c + dy * s, -dx * s + dy * c, body.heightM() / 2),
              body.lengthM(),
              body.widthM(),
              body.heightM(),
              heading,
              new Vector3(speed * Math.cos(heading), speed * Math.sin(heading), 0),
              Seeds.token(log.seed(), "instance", frame, body.track()),
              Seeds.token(log.seed(), "track", body.track())));
    }
    return boxes;
  }
}
