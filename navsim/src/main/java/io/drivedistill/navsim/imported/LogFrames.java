package io.drivedistill.navsim.imported;

import io.drivedistill.core.ContentKey;
import io.drivedistill.navsim.imported.Recording.Instant;
import io.drivedistill.navsim.log.AnnotatedBox;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.CameraView;
import io.drivedistill.navsim.log.DrivingCommand;
import io.drivedistill.navsim.log.EgoStatus;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.Quaternion;
import io.drivedistill.navsim.log.Vector3;
import io.drivedistill.navsim.scene.Pose2;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The instants of a recording as frames of a NAVSIM log, moved to their place in the map. */
final class LogFrames {
  private static final int TOKEN_DIGITS = 16;
  private static final double COMMAND_AHEAD_S = 4;
  private static final double COMMAND_SIDEWAYS_M = 2;

  private final Recording recording;
  private final double shiftXM;
  private final double shiftYM;

  LogFrames(Recording recording, double shiftXM, double shiftYM) {
    this.recording = recording;
    this.shiftXM = shiftXM;
    this.shiftYM = shiftYM;
  }

  /** Frames with the route that was driven. */
  List<Frame> of(List<String> roadblockIds) {
    List<Frame> frames = new ArrayList<>();
    for (int k = 0; k < recording.instants().size(); k++) {
      frames.add(frame(k, roadblockIds));
    }
    return frames;
  }

  /** Rear axle poses in the map, ten a second. */
  List<Pose2> drivenPoses() {
    List<Pose2> poses = new ArrayList<>();
    long end = recording.instants().get(recording.instants().size() - 1).timeUs();
    for (long time = recording.instants().get(0).timeUs(); time <= end; time += 100_000) {
      poses.add(inMap(time));
    }
    return poses;
  }

  private Pose2 inMap(long timeUs) {
    Recording.Pose pose = recording.drive().at(timeUs);
    return new Pose2(
        pose.translationM().x() + shiftXM,
        pose.translationM().y() + shiftYM,
        pose.rotation().yawRad());
  }

  private String token(String what, int index) {
    return ContentKey.of("imported " + what)
        .text("recording", recording.name())
        .number("index", index)
        .build()
        .hex()
        .substring(0, TOKEN_DIGITS);
  }

  private Frame frame(int index, List<String> roadblockIds) {
    Instant instant = recording.instants().get(index);
    EgoStatus ego = recording.drive().status(instant.timeUs(), shiftXM, shiftYM);
    boolean last = index + 1 == recording.instants().size();
    return new Frame(
        token("frame", index),
        index,
        instant.timeUs(),
        recording.name(),
        token("log", 0),
        recording.name(),
        token("scene", 0),
        recording.location().officialName(),
        roadblockIds,
        recording.vehicle(),
        ego,
        lidarPath(index),
        Vector3.ZERO,
        new Quaternion(1, 0, 0, 0),
        List.of(),
        command(instant.timeUs()),
        instant.cameras().stream().map(picture -> view(picture, index)).toList(),
        index == 0 ? Optional.empty() : Optional.of(token("frame", index - 1)),
        last ? Optional.empty() : Optional.of(token("frame", index + 1)),
        Optional.of(boxes(instant, ego, index)));
  }

  /** Path of a point cloud relative to the split's sensor folder, also where there is none. */
  String lidarPath(int index) {
    return recording.name() + "/MergedPointCloud/" + token("frame", index) + ".pcd";
  }

  /** Path of a picture relative to the split's sensor folder. */
  String imagePath(CameraName camera, int index) {
    return recording.name() + "/" + camera + "/" + token(camera.name(), index) + ".jpg";
  }

  private CameraView view(Picture picture, int index) {
    return new CameraView(
        picture.camera(),
        imagePath(picture.camera(), index),
        picture.cameraInEgo().rotation().rotationMatrix(),
        picture.cameraInEgo().translationM(),
        picture.intrinsics(),
        picture.distortion());
  }

  /** Sources have no navigation hint: left or right is said where the drive leads there by 2 m. */
  private DrivingCommand command(long timeUs) {
    long ahead = Math.min(timeUs + (long) (COMMAND_AHEAD_S * 1e6), recording.drive().endUs());
    double sideways = Pose2.relative(inMap(ahead), inMap(timeUs)).yM();
    return sideways > COMMAND_SIDEWAYS_M
        ? DrivingCommand.LEFT
        : sideways < -COMMAND_SIDEWAYS_M ? DrivingCommand.RIGHT : DrivingCommand.STRAIGHT;
  }

  private List<AnnotatedBox> boxes(Instant instant, EgoStatus ego, int frame) {
    Pose2 egoInMap =
        new Pose2(ego.positionInMapM().x(), ego.positionInMapM().y(), ego.headingInMapRad());
    double c = StrictMath.cos(egoInMap.headingRad());
    double s = StrictMath.sin(egoInMap.headingRad());
    List<AnnotatedBox> boxes = new ArrayList<>();
    for (RecordedObject object : instant.objects()) {
      Vector3 centre = object.centreInMapM();
      Pose2 pose =
          Pose2.relative(
              new Pose2(centre.x() + shiftXM, centre.y() + shiftYM, object.headingInMapRad()),
              egoInMap);
      double vx = object.type().isAgent() ? object.velocityXMps() : 0;
      double vy = object.type().isAgent() ? object.velocityYMps() : 0;
      boxes.add(
          new AnnotatedBox(
              object.type(),
              new Vector3(pose.xM(), pose.yM(), centre.z() - ego.positionInMapM().z()),
              object.lengthM(),
              object.widthM(),
              object.heightM(),
              pose.headingRad(),
              new Vector3(c * vx + s * vy, -s * vx + c * vy, 0),
              token("box of " + object.track(), frame),
              token("track " + object.track(), 0)));
    }
    return boxes;
  }
}
