package io.drivedistill.navsim.score;

import io.drivedistill.navsim.scene.Trajectory;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The extended PDM score of NAVSIM v2 on recorded scenes with replayed traffic (SPEC-pdms section
 * 20). Stateless.
 */
public final class EpdmsScorer {
  /** The scorer of the official code since September 2025, in every result. */
  public static final String NAME = "epdms-v2";

  /**
   * The official code before (issue 151 there), which many published numbers come from: the filter
   * changes the sub-scores of the table, but not the score.
   */
  public static final String NAME_BEFORE_FILTER_FIX = "epdms-v2-before-filter-fix";

  private static final double LARGEST_GAP_S = 0.55;

  /** A human who fails nothing, so that nothing is filtered. */
  private static final RowResult BLAMELESS =
      new RowResult(1, 1, 1, 0, 1, ComfortRule.ALL, 1, 1, -1, -1, -1, -1, 0, 0, 0);

  private EpdmsScorer() {}

  /** A plan for the frame before. */
  public record Previous(EpdmsCache cache, Trajectory trajectory) {}

  /** What the human filter changes: sub-scores and score, only the sub-scores, or nothing. */
  enum HumanFilter {
    REACHES_SCORE,
    BEFORE_FIX,
    NONE
  }

  /**
   * Scores one trajectory by {@link #NAME}.
   *
   * @param previous what the same planner planned for the frame before; without it, and where the
   *     frames are of different logs or more than 0.55 s apart, the comfort over two frames does
   *     not count
   */
  public static EpdmsScore score(
      EpdmsCache cache, Trajectory trajectory, Optional<Previous> previous) {
    return score(cache, trajectory, previous, HumanFilter.REACHES_SCORE);
  }

  static EpdmsScore score(
      EpdmsCache cache, Trajectory trajectory, Optional<Previous> previous, HumanFilter filter) {
    double[] states = simulate(cache, trajectory);
    return score(judge(cache, states), cache, steady(cache, states, previous), filter);
  }

  /** What a trajectory does, before the human filter. */
  static RowResult judge(EpdmsCache cache, Trajectory trajectory) {
    return judge(cache, simulate(cache, trajectory));
  }

  private static RowResult judge(EpdmsCache cache, double[] states) {
    MetricCache metrics = cache.metricCache();
    return new RowJudge(Rules.EPDMS_V2, cache.past())
        .judge(states, metrics.observation(), metrics.areas(), metrics.centreline());
  }

  /** What happened where, before the human filter. */
  public static PdmScore.Reasons reasons(EpdmsCache cache, Trajectory trajectory) {
    MetricCache metrics = cache.metricCache();
    return PdmScorer.reasons(
        judge(cache, trajectory),
        Rules.EPDMS_V2.countedProgressM(metrics.reference()),
        metrics.observation().tokens());
  }

  private static OptionalDouble steady(
      EpdmsCache cache, double[] states, Optional<Previous> previous) {
    if (previous.isEmpty()) {
      return OptionalDouble.empty();
    }
    EpdmsCache before = previous.get().cache();
    double gapS = (cache.timestampUs() - before.timestampUs()) * 1e-6;
    if (!before.logName().equals(cache.logName()) || gapS <= 0 || gapS > LARGEST_GAP_S) {
      return OptionalDouble.empty();
    }
    int gap = (int) Math.rint(gapS / States.DT);
    double[] earlier = simulate(before, previous.get().trajectory());
    return OptionalDouble.of(TwoFrameComfort.steady(states, earlier, gap) ? 1 : 0);
  }

  private static double[] simulate(EpdmsCache cache, Trajectory trajectory) {
    EgoStart start = cache.metricCache().start();
    double[] states = new double[States.STEPS * States.WIDTH];
    new TrajectorySimulator().simulate(ReferenceSampler.sample(start, trajectory), start, states);
    return states;
  }

  /** Where the human fails a sub-score outright, nobody is blamed for it. */
  private static EpdmsScore score(
      RowResult row, EpdmsCache cache, OptionalDouble steady, HumanFilter filter) {
    Rules rules = Rules.EPDMS_V2;
    RowResult human = filter == HumanFilter.NONE ? BLAMELESS : cache.human();
    double best =
        Math.max(
            rules.countedProgressM(cache.metricCache().reference()), rules.countedProgressM(row));
    double progress = rules.egoProgress(row, best);
    double collision = human.noCollision() == 0 ? 1 : row.noCollision();
    double drivable = human.drivable() == 0 ? 1 : row.drivable();
    double direction = human.direction() == 0 ? 1 : row.direction();
    double light = human.trafficLight() == 0 ? 1 : row.trafficLight();
    double ttc = human.timeToCollision() == 0 ? 1 : row.timeToCollision();
    double lane = human.laneKeeping() == 0 ? 1 : row.laneKeeping();
    double unfiltered = rules.score(row, progress);
    double product = collision * drivable * direction * light;
    double weighted = EpdmsScore.weighted(progress, ttc, lane, row.comfort());
    if (filter == HumanFilter.BEFORE_FIX) {
      product = rules.multiplier(row);
      weighted = 14 * rules.weighted(row, progress);
    }
    double mean = EpdmsScore.mean(weighted, steady);
    return new EpdmsScore(
        collision,
        drivable,
        direction,
        light,
        progress,
        ttc,
        lane,
        row.comfort(),
        steady,
        unfiltered,
        product * mean);
  }
}
