package io.drivedistill.navsim.score;

import io.drivedistill.navsim.scene.Trajectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The PDM score of NAVSIM v1.1, the "PDMS" of papers on navtest (SPEC-pdms sections 12 to 16).
 * Stateless; a call works on its own scratch space.
 */
public final class PdmScorer {
  /** Name of this scorer in every result. */
  public static final String NAME = "pdms-v1.1";

  private PdmScorer() {}

  /** Scores trajectories of one scene; the results are in the same order. */
  public static List<PdmScore> score(MetricCache cache, List<Trajectory> trajectories) {
    TrajectorySimulator simulator = new TrajectorySimulator();
    RowJudge judge = new RowJudge(Rules.PDMS_V1_1, new Comfort());
    double[] states = new double[States.STEPS * States.WIDTH];
    List<PdmScore> scores = new ArrayList<>(trajectories.size());
    for (Trajectory trajectory : trajectories) {
      simulator.simulate(ReferenceSampler.sample(cache.start(), trajectory), cache.start(), states);
      RowResult row = judge.judge(states, cache.observation(), cache.areas(), cache.centreline());
      scores.add(score(row, cache));
    }
    return scores;
  }

  /** Scores one trajectory. */
  public static PdmScore score(MetricCache cache, Trajectory trajectory) {
    return score(cache, List.of(trajectory)).get(0);
  }

  /**
   * How the simulated vehicle follows a trajectory.
   *
   * @return 41 rear axle poses in the map, 0.1 s apart: x, y, heading
   */
  public static List<double[]> drive(MetricCache cache, Trajectory trajectory) {
    double[] states = new double[States.STEPS * States.WIDTH];
    new TrajectorySimulator()
        .simulate(ReferenceSampler.sample(cache.start(), trajectory), cache.start(), states);
    List<double[]> poses = new ArrayList<>();
    for (int at = 0; at < states.length; at += States.WIDTH) {
      poses.add(
          new double[] {states[at + States.X], states[at + States.Y], states[at + States.HEADING]});
    }
    return poses;
  }

  private static PdmScore score(RowResult row, MetricCache cache) {
    Rules rules = Rules.PDMS_V1_1;
    double reference = rules.countedProgressM(cache.reference());
    double best = Math.max(reference, rules.countedProgressM(row));
    double egoProgress = rules.egoProgress(row, best);
    return new PdmScore(
        NAME,
        row.noCollision(),
        row.drivable(),
        egoProgress,
        row.timeToCollision(),
        row.comfort(),
        row.direction(),
        rules.score(row, egoProgress),
        reasons(row, reference, cache.observation().tokens()));
  }

  static PdmScore.Reasons reasons(RowResult row, double referenceProgressM, String[] tokens) {
    return new PdmScore.Reasons(
        row.progressM(),
        referenceProgressM,
        event(row.collisionStep(), row.collisionObject(), tokens),
        event(row.ttcStep(), row.ttcObject(), tokens),
        row.multipleLanes(),
        row.nonDrivable(),
        row.oncoming(),
        row.comfortFlags());
  }

  private static Optional<PdmScore.Event> event(int step, int object, String[] tokens) {
    return step < 0 ? Optional.empty() : Optional.of(new PdmScore.Event(step, tokens[object]));
  }
}
