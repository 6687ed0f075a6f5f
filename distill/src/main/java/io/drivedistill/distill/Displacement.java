package io.drivedistill.distill;

import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Trajectory;
import java.util.List;
import java.util.Locale;

/**
 * How far a student's plans lie from what people drove, over all scenes.
 *
 * @param agent name of the student
 * @param meanM average displacement error: mean distance of poses at equal times
 * @param nearestM the same for the proposal that is nearest in each scene (minADE)
 * @param proposals how many it makes
 */
public record Displacement(String agent, double meanM, double nearestM, int proposals) {
  /** All students of a run. */
  record Table(List<Displacement> students) {}

  /** Collects scene after scene. */
  static final class Sum {
    private double sumM;
    private double nearestSumM;
    private int proposals;
    private int scenes;

    void add(StudentAgent.Plan plan, Trajectory driven) {
      sumM += metres(plan.chosen(), driven);
      nearestSumM +=
          plan.proposals().stream().mapToDouble(one -> metres(one, driven)).min().orElseThrow();
      proposals = plan.proposals().size();
      scenes++;
    }

    Displacement of(String agent) {
      return new Displacement(agent, sumM / scenes, nearestSumM / scenes, proposals);
    }
  }

  /** Mean distance of two trajectories with the same interval over the poses that both have. */
  static double metres(Trajectory one, Trajectory other) {
    int poses = Math.min(one.poses().size(), other.poses().size());
    double sum = 0;
    for (int i = 0; i < poses; i++) {
      Pose2 a = one.poses().get(i);
      Pose2 b = other.poses().get(i);
      sum += Math.hypot(a.xM() - b.xM(), a.yM() - b.yM());
    }
    return sum / poses;
  }

  /** One line for people. */
  String line() {
    String mean = String.format(Locale.ROOT, "%-18s ADE %.2f m", agent, meanM);
    return proposals == 1
        ? mean
        : mean + String.format(Locale.ROOT, ", minADE %.2f m of %d proposals", nearestM, proposals);
  }
}
