package io.drivedistill.navsim.imported;

import io.drivedistill.navsim.imported.Recording.Pose;
import io.drivedistill.navsim.log.EgoStatus;
import io.drivedistill.navsim.log.Quaternion;
import io.drivedistill.navsim.log.Vector3;
import io.drivedistill.navsim.scene.Pose2;
import java.util.List;

/**
 * The recorded path of the vehicle's rear axle. Between samples, position and orientation are
 * interpolated linearly; speed and acceleration are those of the parabola that fits the samples
 * within half a second best, because differences of neighbouring samples are mostly noise.
 */
final class EgoDrive {
  private static final double FIT_HALF_WINDOW_S = 0.5;
  private static final double GRAVITY_MPS2 = 9.81;

  private final long[] timeUs;
  private final Pose[] poses;

  /** A drive of at least two samples, times strictly ascending. */
  EgoDrive(List<Long> timesUs, List<Pose> poses) {
    this.timeUs = timesUs.stream().mapToLong(Long::longValue).toArray();
    this.poses = poses.toArray(Pose[]::new);
    if (timeUs.length < 2 || timeUs.length != this.poses.length) {
      throw new IllegalArgumentException(
          "expected at least two poses with a time each, found " + timeUs.length);
    }
    for (int i = 1; i < timeUs.length; i++) {
      if (timeUs[i] <= timeUs[i - 1]) {
        throw new IllegalArgumentException(
            "pose " + (i + 1) + " is not later than the pose before it");
      }
    }
  }

  long startUs() {
    return timeUs[0];
  }

  long endUs() {
    return timeUs[timeUs.length - 1];
  }

  /** Pose in the recording's map; before the first and after the last sample, theirs. */
  Pose at(long time) {
    int next = firstAtOrAfter(time);
    if (next == 0 || next == timeUs.length) {
      return poses[next == 0 ? 0 : next - 1];
    }
    Pose a = poses[next - 1];
    Pose b = poses[next];
    double share = (double) (time - timeUs[next - 1]) / (timeUs[next] - timeUs[next - 1]);
    Vector3 p = a.translationM();
    Vector3 q = b.translationM();
    return new Pose(
        between(a.rotation(), b.rotation(), share),
        new Vector3(
            p.x() + share * (q.x() - p.x()),
            p.y() + share * (q.y() - p.y()),
            p.z() + share * (q.z() - p.z())));
  }

  private static Quaternion between(Quaternion a, Quaternion b, double share) {
    double dot = a.w() * b.w() + a.x() * b.x() + a.y() * b.y() + a.z() * b.z();
    double toB = dot < 0 ? -share : share;
    double toA = 1 - share;
    return new Quaternion(
            toA * a.w() + toB * b.w(),
            toA * a.x() + toB * b.x(),
            toA * a.y() + toB * b.y(),
            toA * a.z() + toB * b.z())
        .normalised();
  }

  private int firstAtOrAfter(long time) {
    int low = 0;
    int high = timeUs.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (timeUs[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** What a NAVSIM log says of the vehicle; the position is moved by the shift. */
  EgoStatus status(long time, double shiftXM, double shiftYM) {
    Pose pose = at(time);
    double heading = pose.rotation().yawRad();
    LocalParabola east = new LocalParabola();
    LocalParabola north = new LocalParabola();
    LocalParabola turn = new LocalParabola();
    long half = (long) (FIT_HALF_WINDOW_S * 1e6);
    for (int i = firstAtOrAfter(time - half); i < timeUs.length && timeUs[i] <= time + half; i++) {
      double t = (timeUs[i] - time) / 1e6;
      east.add(t, poses[i].translationM().x() - pose.translationM().x());
      north.add(t, poses[i].translationM().y() - pose.translationM().y());
      turn.add(t, Pose2.wrap(poses[i].rotation().yawRad() - heading));
    }
    double c = StrictMath.cos(heading);
    double s = StrictMath.sin(heading);
    double vx = c * east.slope() + s * north.slope();
    double vy = -s * east.slope() + c * north.slope();
    double ax = c * east.curvature() + s * north.curvature();
    double ay = -s * east.curvature() + c * north.curvature();
    return new EgoStatus(
        new Vector3(
            pose.translationM().x() + shiftXM,
            pose.translationM().y() + shiftYM,
            pose.translationM().z()),
        pose.rotation(),
        new Vector3(ax, ay, GRAVITY_MPS2),
        new Vector3(vx, vy, 0),
        new Vector3(0, 0, turn.slope()),
        vx,
        vy,
        ax,
        ay);
  }
}
