package io.drivedistill.latentaction;

import io.drivedistill.navsim.scene.Pose2;
import java.util.List;

/**
 * How the vehicle of a recording moved, from its poses alone. Velocities are central differences
 * over neighbouring frames, one-sided at the ends.
 */
final class EgoMotion {
  private static final double POSITION_M = 10;
  private static final double LATERAL_M = 2;
  private static final double HEADING_RAD = 0.3;
  private static final double SPEED_MPS = 10;
  private static final double YAW_RATE_RADPS = 0.3;
  private static final double ACCELERATION_MPS2 = 2;

  /** Numbers of the ego state in a condition vector: speed, yaw rate, acceleration. */
  static final int EGO_WIDTH = 3;

  private final List<RecordedFrame> frames;

  EgoMotion(Recording recording) {
    if (!recording.hasPoses()) {
      throw new IllegalArgumentException(recording.name() + " has no poses");
    }
    frames = recording.frames();
  }

  private Pose2 pose(int frame) {
    return frames.get(frame).egoInMap().orElseThrow();
  }

  /** Forward speed at a frame, negative in reverse. */
  double speedMps(int frame) {
    int before = Math.max(0, frame - 1);
    int after = Math.min(frames.size() - 1, frame + 1);
    return Pose2.relative(pose(after), pose(before)).xM() / gapS(before, after);
  }

  /** Mean yaw rate between two frames. */
  double yawRateRadps(int from, int to) {
    double turned = 0;
    for (int i = from; i < to; i++) {
      turned += Pose2.relative(pose(i + 1), pose(i)).headingRad();
    }
    return turned / gapS(from, to);
  }

  /** Mean forward speed between two frames. */
  double meanSpeedMps(int from, int to) {
    double way = 0;
    for (int i = from; i < to; i++) {
      way += Pose2.relative(pose(i + 1), pose(i)).xM();
    }
    return way / gapS(from, to);
  }

  /** Change of forward speed between two frames over the time between them. */
  double accelerationMps2(int from, int to) {
    return (speedMps(to) - speedMps(from)) / gapS(from, to);
  }

  private double gapS(int from, int to) {
    return frames.get(to).timeS() - frames.get(from).timeS();
  }

  /**
   * What stage 1 is told: poses evenly spaced in time over the pair, in the ego frame of its first
   * frame, then speed, yaw rate and acceleration at its beginning; all of the order of one.
   *
   * @param mirrored for a mirrored picture: left and right exchanged
   */
  float[] condition(int from, int to, int poses, boolean mirrored) {
    double side = mirrored ? -1 : 1;
    float[] condition = new float[3 * poses + EGO_WIDTH];
    for (int k = 0; k < poses; k++) {
      double timeS = frames.get(from).timeS() + gapS(from, to) * (k + 1) / poses;
      Pose2 pose = at(timeS, from, to);
      condition[3 * k] = (float) (pose.xM() / POSITION_M);
      condition[3 * k + 1] = (float) (side * pose.yM() / LATERAL_M);
      condition[3 * k + 2] = (float) (side * pose.headingRad() / HEADING_RAD);
    }
    int before = Math.max(0, from - 1);
    int after = Math.min(frames.size() - 1, from + 1);
    double acceleration = (speedMps(after) - speedMps(before)) / gapS(before, after);
    condition[3 * poses] = (float) (speedMps(from) / SPEED_MPS);
    condition[3 * poses + 1] = (float) (side * yawRateRadps(before, after) / YAW_RATE_RADPS);
    condition[3 * poses + 2] = (float) (acceleration / ACCELERATION_MPS2);
    return condition;
  }

  /** Pose at a time, between frames by linear interpolation, relative to frame {@code from}. */
  private Pose2 at(double timeS, int from, int to) {
    int next = from + 1;
    while (next < to && frames.get(next).timeS() < timeS) {
      next++;
    }
    Pose2 low = Pose2.relative(pose(next - 1), pose(from));
    Pose2 step = Pose2.relative(pose(next), pose(next - 1));
    double share = Math.min(1, (timeS - frames.get(next - 1).timeS()) / gapS(next - 1, next));
    return new Pose2(share * step.xM(), share * step.yM(), share * step.headingRad()).from(low);
  }
}
