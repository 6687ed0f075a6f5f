package io.drivedistill.navsim.score;

import io.drivedistill.navsim.scene.Trajectory;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The extended PDM score of NAVSIM v2 on recorded scenes with replayed traffic (SPEC-pdms section
 * 20). Stateless.
 */
public final class EpdmsScorer {
  /** Name of this scorer in every result. */
  public static final String NAME = "epdms-v2";

  private static final double LARGEST_GAP_S = 0.55;

  private EpdmsScorer() {}

  /** A plan for the frame before. */
  public record Previous(EpdmsCache cache, Trajectory trajectory) {}

  /**
   * Scores one trajectory.
   *
   * @param previous what the same planner planned for the frame before; without it, and where the
   *     frames are of different logs or more than 0.55 s apart, the comfort over two frames does
   *     not count
   */
  public static EpdmsScore score(
      EpdmsCache cache, Trajectory trajectory, Optional<Previous> previous) {
    double[] states = simulate(cache, trajectory);
    MetricCache metrics = cache.metricCache();
    RowResult row =
        new RowJudge(Rules.EPDMS_V2, cache.past())
            .judge(states, metrics.observation(), metrics.areas(), metrics.centreline());
    EpdmsScore score = filtered(row, cache);
    if (previous.isEmpty()) {
      return score;
    }
    EpdmsCache before = previous.get().cache();
    double gapS = (cache.timestampUs() - before.timestampUs()) * 1e-6;
    if (!before.logName().equals(cache.logName()) || gapS <= 0 || gapS > LARGEST_GAP_S) {
      return score;
    }
    boolean steady =
        TwoFrameComfort.steady(
            states,
            simulate(before, previous.get().trajectory()),
            (int) Math.rint(gapS / States.DT));
    return score.withExtendedComfort(steady ? 1 : 0);
  }

  private static double[] simulate(EpdmsCache cache, Trajectory trajectory) {
    EgoStart start = cache.metricCache().start();
    double[] states = new double[States.STEPS * States.WIDTH];
    new TrajectorySimulator().simulate(ReferenceSampler.sample(start, trajectory), start, states);
    return states;
  }

  /** Where the human fails a sub-score outright, nobody is blamed for it. */
  private static EpdmsScore filtered(RowResult row, EpdmsCache cache) {
    Rules rules = Rules.EPDMS_V2;
    RowResult human = cache.human();
    double best =
        Math.max(
            rules.countedProgressM(cache.metricCache().reference()), rules.countedProgressM(row));
    double egoProgress = rules.egoProgress(row, best);
    return new EpdmsScore(
        human.noCollision() == 0 ? 1 : row.noCollision(),
        human.drivable() == 0 ? 1 : row.drivable(),
        human.direction() == 0 ? 1 : row.direction(),
        human.trafficLight() == 0 ? 1 : row.trafficLight(),
        egoProgress,
        human.timeToCollision() == 0 ? 1 : row.timeToCollision(),
        human.laneKeeping() == 0 ? 1 : row.laneKeeping(),
        row.comfort(),
        OptionalDouble.empty(),
        rules.score(row, egoProgress));
  }
}
