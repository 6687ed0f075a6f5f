package io.drivedistill.navsim.score;

import io.drivedistill.navsim.map.Lane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * PDM-Closed, the reference planner that progress is measured against (SPEC-pdms section 11): 3
 * paths times 5 target speeds are simulated and scored on the forecast, the best is kept.
 */
final class ClosedPlanner {
  private static final double[] OFFSETS_M = {0, -1, 1};
  private static final double[] SPEED_FRACTIONS = {0.2, 0.4, 0.6, 0.8, 1};
  private static final double SPEED_WITHOUT_LIMIT = 15;

  private ClosedPlanner() {}

  /**
   * The outcome.
   *
   * @param poses {@code [51 * 3]}, or {@code [41 * 3]} in v2, x, y, heading of the chosen proposal,
   *     on its path
   * @param best index of the chosen proposal, path * 5 + speed
   * @param scores score per proposal
   * @param results findings per proposal
   * @param paths the three paths, driven
   */
  @SuppressWarnings("ArrayRecordComponent") // Package-private carrier of primitive data.
  record Plan(
      double[] poses,
      int best,
      double[] scores,
      List<RowResult> results,
      List<PathUnroller> paths) {}

  static Plan plan(
      EgoStart ego,
      Lane startingLane,
      DiscretePath centreline,
      RoadAreas areas,
      Forecast forecast,
      Rules rules) {
    double limit = startingLane.speedLimitMps().orElse(SPEED_WITHOUT_LIMIT);
    double[] targets = new double[SPEED_FRACTIONS.length];
    for (int p = 0; p < targets.length; p++) {
      targets[p] = limit * SPEED_FRACTIONS[p];
    }
    List<PathUnroller> paths = new ArrayList<>();
    List<RowResult> results = new ArrayList<>();
    TrajectorySimulator simulator = new TrajectorySimulator();
    RowJudge judge =
        new RowJudge(rules, rules == Rules.PDMS_V1_1 ? new Comfort() : ComfortRule.always());
    double[] states = new double[States.STEPS * States.WIDTH];
    for (double offset : OFFSETS_M) {
      DiscretePath path = offset == 0 ? centreline : centreline.offset(offset);
      PathUnroller unroller = new PathUnroller(path, forecast, ego, targets);
      unroller.unroll(States.STEPS - 1);
      paths.add(unroller);
      for (int p = 0; p < targets.length; p++) {
        simulator.simulate(unroller.poses(p), ego, states);
        results.add(judge.judge(states, forecast.observation(), areas, centreline));
      }
    }
    double bestProgress = 0;
    for (RowResult result : results) {
      bestProgress = Math.max(bestProgress, rules.countedProgressM(result));
    }
    double[] scores = new double[results.size()];
    int best = 0;
    for (int i = 0; i < scores.length; i++) {
      RowResult result = results.get(i);
      scores[i] = rules.score(result, rules.egoProgress(result, bestProgress));
      best = scores[i] > scores[best] ? i : best;
    }
    PathUnroller chosen = paths.get(best / targets.length);
    int policy = best % targets.length;
    chosen.unrollOne(policy, States.STEPS - 1, rules.horizonSteps());
    double[] poses = Arrays.copyOf(chosen.poses(policy), 3 * (rules.horizonSteps() + 1));
    return new Plan(poses, best, scores, results, paths);
  }
}
