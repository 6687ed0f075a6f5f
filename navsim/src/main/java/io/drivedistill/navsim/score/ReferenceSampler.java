package io.drivedistill.navsim.score;

import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Trajectory;
import java.util.List;

/**
 * Turns a plan into references at 10 Hz (SPEC-pdms section 12). The truncations to microseconds and
 * the round trips over the vehicle's centre are those of the official code: they matter at 1e-5 m
 * for fast vehicles. Stateless.
 */
final class ReferenceSampler {
  private static final double US = 1e6;

  private ReferenceSampler() {}

  /** References {@code [41 * 3]} of x, y, heading for a plan in the ego frame. */
  static double[] sample(EgoStart start, Trajectory plan) {
    List<Pose2> relative = plan.poses();
    int n = relative.size() + 1;
    double[] poses = new double[3 * n];
    long[] times = new long[n];
    double cos = StrictMath.cos(start.heading());
    double sin = StrictMath.sin(start.heading());
    double startS = start.timestampUs() * 1e-6;
    poses[0] = start.x();
    poses[1] = start.y();
    poses[2] = start.heading();
    times[0] = start.timestampUs();
    for (int j = 1; j < n; j++) {
      Pose2 pose = relative.get(j - 1);
      double c = StrictMath.cos(pose.headingRad());
      double s = StrictMath.sin(pose.headingRad());
      poses[3 * j] = start.x() + cos * pose.xM() - sin * pose.yM();
      poses[3 * j + 1] = start.y() + sin * pose.xM() + cos * pose.yM();
      poses[3 * j + 2] = StrictMath.atan2(sin * c + cos * s, cos * c - sin * s);
      double offsetS = (j - 1) * plan.intervalS() + plan.intervalS();
      times[j] = (long) ((startS + offsetS) * US);
    }
    return interpolate(start, poses, times);
  }

  /** References for poses that are already in the map, 0.1 s apart, the first one at the start. */
  static double[] sampleTenHertz(EgoStart start, double[] poses) {
    long[] times = new long[poses.length / 3];
    for (int k = 0; k < times.length; k++) {
      times[k] = start.timestampUs() + k * 100_000L;
    }
    return interpolate(start, poses.clone(), times);
  }

  private static double[] interpolate(EgoStart start, double[] poses, long[] times) {
    for (int j = 0; j < times.length; j++) {
      roundTrip(poses, 3 * j);
    }
    Angles.unwrap(poses, 2, 3, times.length);
    double[] references = new double[3 * States.STEPS];
    double startS = start.timestampUs() * 1e-6;
    int i = 1;
    for (int k = 0; k < States.STEPS; k++) {
      long query = (long) ((k * States.DT + startS) * US);
      query = Math.max(times[0], Math.min(times[times.length - 1], query));
      while (i < times.length - 1 && times[i] < query) {
        i++;
      }
      double span = times[i] - times[i - 1];
      double step = query - times[i - 1];
      int to = 3 * k;
      for (int c = 0; c < 3; c++) {
        double low = poses[3 * i - 3 + c];
        references[to + c] = (poses[3 * i + c] - low) / span * step + low;
      }
      references[to + 2] = Angles.principal(references[to + 2]);
      roundTrip(references, to);
    }
    return references;
  }

  /** Rear axle to centre and back, as a stored ego state does. */
  private static void roundTrip(double[] poses, int at) {
    double dx = Vehicle.REAR_AXLE_TO_CENTRE * StrictMath.cos(poses[at + 2]);
    double dy = Vehicle.REAR_AXLE_TO_CENTRE * StrictMath.sin(poses[at + 2]);
    poses[at] = poses[at] + dx - dx;
    poses[at + 1] = poses[at + 1] + dy - dy;
  }
}
