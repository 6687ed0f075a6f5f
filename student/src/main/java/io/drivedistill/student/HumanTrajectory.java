package io.drivedistill.student;

import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Scene;
import java.util.Map;
import java.util.Optional;

/** Where the human drove, as a target. Stateless. */
public final class HumanTrajectory {
  private HumanTrajectory() {}

  /**
   * What a planner gives that learns from it: {@link Student#TRAJECTORY}, float32 [B, poses, 3].
   */
  public static TensorSpec spec(int poses, double intervalS) {
    return TensorSpec.of(
        Student.TRAJECTORY,
        Dtype.F32,
        new long[] {TensorSpec.BATCH, poses, 3},
        "m, m, rad",
        "ego at the current time",
        "Rear axle poses every " + intervalS + " s from now.");
  }

  /**
   * The target of a planner that learns from nothing else.
   *
   * @param poses how many, one per future frame
   * @return {@link Student#TRAJECTORY}, or nothing if the scene has no annotations or too short a
   *     future
   */
  public static Optional<Map<String, SampleTensor>> targets(Scene scene, int poses) {
    boolean labelled = scene.current().annotations().isPresent() && scene.future().size() >= poses;
    return labelled ? Optional.of(Map.of(Student.TRAJECTORY, of(scene, poses))) : Optional.empty();
  }

  /** Rear axle poses in the ego frame of the current frame, float32 [poses, 3]. */
  public static SampleTensor of(Scene scene, int poses) {
    Pose2 origin = Scene.egoInMap(scene.current());
    float[] values = new float[poses * 3];
    for (int i = 0; i < poses; i++) {
      Pose2 pose = Pose2.relative(Scene.egoInMap(scene.future().get(i)), origin);
      values[3 * i] = (float) pose.xM();
      values[3 * i + 1] = (float) pose.yM();
      values[3 * i + 2] = (float) pose.headingRad();
    }
    return SampleTensor.ofFloats(values, poses, 3);
  }
}
