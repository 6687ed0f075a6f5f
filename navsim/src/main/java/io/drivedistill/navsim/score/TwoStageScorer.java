package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.EpdmsScorer.HumanFilter;
import io.drivedistill.navsim.score.EpdmsScorer.Previous;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Two-stage aggregation of NAVSIM v2 (SPEC-pdms section 20), with replayed traffic. The second
 * stage counts by how near its scenes start to where the plan of the first stage ends; the human
 * filter is applied to the original scenes only. Stateless.
 */
public final class TwoStageScorer {
  /** Name of this scorer in every result. */
  public static final String NAME = "epdms-v2-two-stage";

  private static final double SIGMA_SQUARED = 0.1;

  /** Below this sum of weights the official code counts all scenes alike. */
  private static final double NO_WEIGHT = 1e-8;

  private TwoStageScorer() {}

  /**
   * The outcome.
   *
   * @param combined mean over groups and both times of first times second stage
   * @param stageOne mean score of the original scenes
   * @param stageTwo mean of the weighted means of the synthetic scenes
   */
  public record Result(double combined, double stageOne, double stageTwo) {}

  /** Scores at the current time and 0.5 s before, with where the plans lead. */
  private record Frame(double score, EpdmsCache cache, Trajectory plan) {}

  /**
   * Scores all groups.
   *
   * @param caches the cache of a scene by its token; asked once a scene
   * @param plans the plan for a scene by its token
   * @throws DriveDistillException if the scenes of a pair do not follow each other
   */
  public static Result score(
      List<TwoStageGroup> groups,
      Function<String, EpdmsCache> caches,
      Function<String, Trajectory> plans) {
    double combined = 0;
    double stageOne = 0;
    double stageTwo = 0;
    for (TwoStageGroup group : groups) {
      List<Frame> first =
          pair(group.now(), group.previous(), caches, plans, HumanFilter.REACHES_SCORE);
      List<List<Frame>> second = new ArrayList<>();
      for (TwoStageGroup.Pair pair : group.secondStage()) {
        second.add(pair(pair.now(), pair.previous(), caches, plans, HumanFilter.NONE));
      }
      for (int time = 0; time < 2; time++) {
        double mean = weightedMean(first.get(time), second, time);
        stageOne += first.get(time).score();
        stageTwo += mean;
        combined += first.get(time).score() * mean;
      }
    }
    double count = 2.0 * groups.size();
    return new Result(combined / count, stageOne / count, stageTwo / count);
  }

  /** Both frames of a pair get the comfort over the two. */
  private static List<Frame> pair(
      String now,
      String previous,
      Function<String, EpdmsCache> caches,
      Function<String, Trajectory> plans,
      HumanFilter filter) {
    EpdmsCache cache = caches.apply(now);
    EpdmsCache before = caches.apply(previous);
    Trajectory plan = plans.apply(now);
    Trajectory planBefore = plans.apply(previous);
    OptionalDouble steady = EpdmsScorer.steady(cache, plan, new Previous(before, planBefore));
    if (steady.isEmpty()) {
      throw new DriveDistillException(
          "Scene " + now + " does not follow scene " + previous + " within 0.55 s of one log.",
          "Maybe the groups belong to another version of the data.");
    }
    return List.of(
        new Frame(EpdmsScorer.score(cache, plan, steady, filter).score(), cache, plan),
        new Frame(
            EpdmsScorer.score(before, planBefore, steady, filter).score(), before, planBefore));
  }

  private static double weightedMean(Frame first, List<List<Frame>> second, int time) {
    EgoStart start = first.cache().metricCache().start();
    Pose2 last = first.plan().poses().get(first.plan().poses().size() - 1);
    Pose2 end = last.from(new Pose2(start.x(), start.y(), start.heading()));
    double[] weights = new double[second.size()];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      EgoStart there = second.get(i).get(time).cache().metricCache().start();
      double dx = end.xM() - there.x();
      double dy = end.yM() - there.y();
      weights[i] = StrictMath.exp(-(dx * dx + dy * dy) / (2 * SIGMA_SQUARED));
      sum += weights[i];
    }
    double mean = 0;
    for (int i = 0; i < weights.length; i++) {
      double weight = sum > NO_WEIGHT ? weights[i] / sum : 1.0 / weights.length;
      mean += weight * second.get(i).get(time).score();
    }
    return mean;
  }
}
