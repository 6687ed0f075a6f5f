package io.drivedistill.spark;

import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.SplitScorer;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The trajectories of a split, sent once to every machine.
 *
 * @param byScene plans by token and name
 */
record ShippedPlans(LinkedHashMap<String, LinkedHashMap<String, Plan>> byScene)
    implements Serializable {
  /** A trajectory: poses {@code [n][3]} of x, y, heading. */
  @SuppressWarnings("ArrayRecordComponent") // Small on the wire, and never compared.
  record Plan(double intervalS, double[][] poses) implements Serializable {}

  static ShippedPlans of(Set<String> tokens, SplitScorer.PlanSource source) {
    LinkedHashMap<String, LinkedHashMap<String, Plan>> shipped = new LinkedHashMap<>();
    for (String token : tokens) {
      LinkedHashMap<String, Plan> scene = new LinkedHashMap<>();
      source
          .of(token)
          .forEach((name, plan) -> scene.put(name, new Plan(plan.intervalS(), plan.toArray())));
      shipped.put(token, scene);
    }
    return new ShippedPlans(shipped);
  }

  /** The plans of a scene in their order, none if the scene is unknown. */
  Map<String, Trajectory> of(String token) {
    Map<String, Trajectory> plans = new LinkedHashMap<>();
    byScene
        .getOrDefault(token, new LinkedHashMap<>())
        .forEach((name, plan) -> plans.put(name, Trajectory.of(plan.poses(), plan.intervalS())));
    return plans;
  }
}
