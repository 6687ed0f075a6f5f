package io.drivedistill.navsim.score;

import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.EpdmsScorer.HumanFilter;
import io.drivedistill.navsim.score.EpdmsScorer.Previous;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One plan in one scene of a two-stage score. Which stage a scene belongs to is known to the groups
 * alone, so that the scores for both are kept.
 *
 * @param original values of {@link EpdmsScore#COLUMNS} behind the human filter, for stage one
 * @param synthetic the same without the filter, for stage two
 * @param startXM where the ego stands, rear axle in the map
 * @param startYM where the ego stands
 * @param endXM where the plan leads
 * @param endYM where the plan leads
 * @param timestampUs time of the scene
 */
record StagedFrame(
    EpdmsScore original,
    EpdmsScore synthetic,
    double startXM,
    double startYM,
    double endXM,
    double endYM,
    long timestampUs) {
  private static final int SCORE_VALUES = EpdmsScore.COLUMNS.size();

  static StagedFrame of(EpdmsCache scene, Trajectory plan, Optional<Previous> previous) {
    EgoStart start = scene.metricCache().start();
    Pose2 last = plan.poses().get(plan.poses().size() - 1);
    Pose2 end = last.from(new Pose2(start.x(), start.y(), start.heading()));
    return new StagedFrame(
        EpdmsScorer.score(scene, plan, previous, HumanFilter.REACHES_SCORE),
        EpdmsScorer.score(scene, plan, previous, HumanFilter.NONE),
        start.x(),
        start.y(),
        end.xM(),
        end.yM(),
        scene.timestampUs());
  }

  /** The form in which it travels as a row; microseconds since the epoch are exact in a double. */
  List<Double> values() {
    List<Double> values = new ArrayList<>(original.values());
    values.addAll(synthetic.values());
    values.addAll(List.of(startXM, startYM, endXM, endYM, (double) timestampUs));
    return values;
  }

  static StagedFrame of(List<Double> values) {
    int places = 2 * SCORE_VALUES;
    return new StagedFrame(
        EpdmsScore.of(values.subList(0, SCORE_VALUES)),
        EpdmsScore.of(values.subList(SCORE_VALUES, places)),
        values.get(places),
        values.get(places + 1),
        values.get(places + 2),
        values.get(places + 3),
        values.get(places + 4).longValue());
  }
}
