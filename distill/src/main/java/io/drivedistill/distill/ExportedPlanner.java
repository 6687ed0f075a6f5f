package io.drivedistill.distill;

import io.drivedistill.core.Progress;
import io.drivedistill.export.OnnxSession;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.student.StudentSample;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lets an exported student plan prepared scenes, one at a time as in a car. */
final class ExportedPlanner {
  private ExportedPlanner() {}

  /** Plans by scene token, in the store's order. */
  static Map<String, Trajectory> plan(
      OnnxSession session,
      String output,
      PlannerInputs inputs,
      SampleStore scenes,
      Progress progress) {
    Map<String, Trajectory> plans = new LinkedHashMap<>();
    for (int i = 0; i < scenes.size(); i++) {
      StudentSample sample = scenes.read(i);
      double[] values = session.run(inputs.of(sample)).get(output).toDoubles();
      float[] poses = new float[values.length];
      for (int k = 0; k < values.length; k++) {
        poses[k] = (float) values[k];
      }
      plans.put(sample.token(), Trajectory.of(poses));
      progress.step(1);
    }
    return plans;
  }

  /** Largest distance between two plans' poses for the same time, over all scenes, in metres. */
  static double largestChangeM(Map<String, Trajectory> plans, Map<String, Trajectory> others) {
    double largest = 0;
    for (Map.Entry<String, Trajectory> plan : plans.entrySet()) {
      Iterator<Pose2> other = others.get(plan.getKey()).poses().iterator();
      for (Pose2 pose : plan.getValue().poses()) {
        Pose2 there = other.next();
        largest = Math.max(largest, Math.hypot(pose.xM() - there.xM(), pose.yM() - there.yM()));
      }
    }
    return largest;
  }

  /** Largest difference of x, y (m) or heading (rad) over the largest of them in the others. */
  static double largestRelative(Map<String, Trajectory> plans, Map<String, Trajectory> others) {
    double largest = 0;
    double magnitude = Double.MIN_NORMAL;
    for (Map.Entry<String, Trajectory> plan : plans.entrySet()) {
      Iterator<Pose2> other = others.get(plan.getKey()).poses().iterator();
      for (Pose2 pose : plan.getValue().poses()) {
        Pose2 there = other.next();
        largest = Math.max(largest, Math.abs(pose.xM() - there.xM()));
        largest = Math.max(largest, Math.abs(pose.yM() - there.yM()));
        largest = Math.max(largest, Math.abs(pose.headingRad() - there.headingRad()));
        magnitude = Math.max(magnitude, Math.abs(there.xM()));
        magnitude = Math.max(magnitude, Math.abs(there.yM()));
        magnitude = Math.max(magnitude, Math.abs(there.headingRad()));
      }
    }
    return largest / magnitude;
  }
}
