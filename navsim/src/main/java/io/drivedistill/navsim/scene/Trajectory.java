package io.drivedistill.navsim.scene;

import java.util.ArrayList;
import java.util.List;

/**
 * A plan: future rear axle poses in the ego frame of the current frame, the first one interval
 * ahead. NAVSIM models give 8 poses 0.5 s apart; other counts and intervals are accepted.
 *
 * @param poses poses in time order, at least one
 * @param intervalS seconds between poses, over 0
 */
public record Trajectory(List<Pose2> poses, double intervalS) {
  /** The sampling of NAVSIM models. */
  public static final double NAVSIM_INTERVAL_S = 0.5;

  /** The number of poses of NAVSIM models, 4 s. */
  public static final int NAVSIM_POSES = 8;

  /**
   * Checks and copies the poses.
   *
   * @throws IllegalArgumentException if there is no pose, a number is not finite, or the interval
   *     is not positive
   */
  public Trajectory {
    poses = List.copyOf(poses);
    if (poses.isEmpty()) {
      throw new IllegalArgumentException("A trajectory needs at least one pose.");
    }
    if (!(intervalS > 0) || Double.isInfinite(intervalS)) {
      throw new IllegalArgumentException("The interval must be over 0 s, it is " + intervalS);
    }
    for (Pose2 pose : poses) {
      if (!Double.isFinite(pose.xM())
          || !Double.isFinite(pose.yM())
          || !Double.isFinite(pose.headingRad())) {
        throw new IllegalArgumentException("A pose is not finite: " + pose);
      }
    }
  }

  /** From an array {@code [n][3]} of x, y, heading. */
  public static Trajectory of(double[][] poses, double intervalS) {
    List<Pose2> list = new ArrayList<>(poses.length);
    for (double[] pose : poses) {
      list.add(new Pose2(pose[0], pose[1], pose[2]));
    }
    return new Trajectory(list, intervalS);
  }

  /** From a flat model output {@code [n * 3]} in float32, 0.5 s apart. */
  public static Trajectory of(float[] flat) {
    if (flat.length % 3 != 0) {
      throw new IllegalArgumentException("Expected 3 numbers per pose, found " + flat.length);
    }
    List<Pose2> list = new ArrayList<>(flat.length / 3);
    for (int i = 0; i < flat.length; i += 3) {
      list.add(new Pose2(flat[i], flat[i + 1], flat[i + 2]));
    }
    return new Trajectory(list, NAVSIM_INTERVAL_S);
  }

  /** A copy as an array {@code [n][3]} of x, y, heading. */
  public double[][] toArray() {
    double[][] array = new double[poses.size()][];
    for (int i = 0; i < array.length; i++) {
      Pose2 pose = poses.get(i);
      array[i] = new double[] {pose.xM(), pose.yM(), pose.headingRad()};
    }
    return array;
  }
}
