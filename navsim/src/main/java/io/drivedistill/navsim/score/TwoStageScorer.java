package io.drivedistill.navsim.score;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Two-stage aggregation of NAVSIM v2 (SPEC-pdms section 20), with replayed traffic. The second
 * stage counts by how near its scenes start to where the plan of the first stage ends; the human
 * filter is applied to the original scenes only. Stateless.
 *
 * <p>A row of the result is a group, named by the token of its original scene, so that the mean
 * over all rows is the score of the split.
 */
public final class TwoStageScorer {
  /** Name of this scorer in every result. */
  public static final String NAME = "epdms-v2-two-stage";

  /** Mean score of the original scenes. */
  public static final String STAGE_ONE = ScoreTable.SCORE + "_stage_one";

  /** Mean of the weighted means of the synthetic scenes. */
  public static final String STAGE_TWO = ScoreTable.SCORE + "_stage_two";

  /**
   * The official names: every value of {@link EpdmsScore#COLUMNS} for stage one and for stage two,
   * then the product of both stages.
   */
  public static final List<String> COLUMNS = columns();

  private static final double SIGMA_SQUARED = 0.1;

  /** Up to this sum of weights the official code counts all scenes alike. */
  private static final double NO_WEIGHT = 1e-8;

  private static final long LARGEST_GAP_US = 550_000;

  private TwoStageScorer() {}

  /** Scores scenes of both stages with {@link SplitScorer} or a cluster, by {@link #NAME}. */
  @FunctionalInterface
  public interface Frames {
    /** Hands over a row per scene and plan; returns the scenes that could not be scored. */
    List<SplitScorer.Failure> score(Consumer<ScoreRow> rows);
  }

  private static List<String> columns() {
    List<String> columns = new ArrayList<>();
    EpdmsScore.COLUMNS.forEach(name -> columns.add(name + "_stage_one"));
    EpdmsScore.COLUMNS.forEach(name -> columns.add(name + "_stage_two"));
    columns.add(ScoreTable.SCORE);
    return List.copyOf(columns);
  }

  /** Tokens of all scenes of some groups. */
  public static Set<String> tokens(List<TwoStageGroup> groups) {
    Set<String> tokens = new LinkedHashSet<>();
    groups.forEach(group -> tokens.addAll(group.tokens()));
    return tokens;
  }

  /**
   * Scores all groups. Held in memory are some 600 bytes for every scene and plan.
   *
   * @param rows takes a row per group and plan, in the order of the groups
   * @return groups that could not be scored, by the token of their original scene
   */
  public static List<SplitScorer.Failure> score(
      List<TwoStageGroup> groups, Frames frames, Consumer<ScoreRow> rows) {
    Map<String, Map<String, StagedFrame>> byScene = new HashMap<>();
    Map<String, String> reasons = new HashMap<>();
    frames
        .score(
            row ->
                byScene
                    .computeIfAbsent(row.token(), token -> new LinkedHashMap<>())
                    .put(row.name(), StagedFrame.of(row.values())))
        .forEach(failure -> reasons.put(failure.token(), failure.reason()));
    List<SplitScorer.Failure> failures = new ArrayList<>();
    for (TwoStageGroup group : groups) {
      try {
        List<ScoreRow> scored = new ArrayList<>();
        for (String name : names(group, byScene)) {
          scored.add(new ScoreRow(group.now(), name, values(group, name, byScene, reasons)));
        }
        scored.forEach(rows);
      } catch (IncompleteException e) {
        failures.add(new SplitScorer.Failure(group.now(), e.getMessage()));
      }
    }
    return failures;
  }

  /** A group lacks something. */
  private static final class IncompleteException extends Exception {
    private static final long serialVersionUID = 1;

    IncompleteException(String message) {
      super(message);
    }
  }

  private static Set<String> names(
      TwoStageGroup group, Map<String, Map<String, StagedFrame>> byScene)
      throws IncompleteException {
    Set<String> names = new LinkedHashSet<>();
    for (String token : group.tokens()) {
      names.addAll(byScene.getOrDefault(token, Map.of()).keySet());
    }
    if (names.isEmpty()) {
      throw new IncompleteException("none of the scenes of its group could be scored");
    }
    return names;
  }

  private static List<Double> values(
      TwoStageGroup group,
      String name,
      Map<String, Map<String, StagedFrame>> byScene,
      Map<String, String> reasons)
      throws IncompleteException {
    Map<String, StagedFrame> frames = new HashMap<>();
    for (String token : group.tokens()) {
      StagedFrame frame = byScene.getOrDefault(token, Map.of()).get(name);
      if (frame == null) {
        String why = reasons.getOrDefault(token, "there is no trajectory '" + name + "' for it");
        throw new IncompleteException("scene " + token + " of its group: " + why.strip());
      }
      frames.put(token, frame);
    }
    double[] values = new double[COLUMNS.size()];
    addTime(values, frames, group, true);
    addTime(values, frames, group, false);
    List<Double> list = new ArrayList<>();
    for (double value : values) {
      list.add(value / 2);
    }
    return list;
  }

  /** Adds the values of the frames at the current time, or of those 0.5 s before. */
  private static void addTime(
      double[] sums, Map<String, StagedFrame> frames, TwoStageGroup group, boolean now)
      throws IncompleteException {
    double steady = steady(frames, group.now(), group.previous());
    StagedFrame first = frames.get(now ? group.now() : group.previous());
    List<Double> one = first.original().withExtendedComfort(steady).values();
    List<StagedFrame> second = new ArrayList<>();
    List<List<Double>> scores = new ArrayList<>();
    for (TwoStageGroup.Pair pair : group.secondStage()) {
      StagedFrame frame = frames.get(now ? pair.now() : pair.previous());
      second.add(frame);
      scores.add(
          frame
              .synthetic()
              .withExtendedComfort(steady(frames, pair.now(), pair.previous()))
              .values());
    }
    double[] weights = weights(first, second);
    int columns = EpdmsScore.COLUMNS.size();
    double stageTwo = 0;
    for (int c = 0; c < columns; c++) {
      double mean = 0;
      for (int i = 0; i < weights.length; i++) {
        mean += weights[i] * scores.get(i).get(c);
      }
      sums[c] += one.get(c);
      sums[columns + c] += mean;
      stageTwo = mean;
    }
    sums[2 * columns] += one.get(columns - 1) * stageTwo;
  }

  /** The comfort over the two frames of a pair, which counts for both. */
  private static double steady(Map<String, StagedFrame> frames, String now, String previous)
      throws IncompleteException {
    OptionalDouble steady = frames.get(now).original().extendedComfort();
    long gapUs = frames.get(now).timestampUs() - frames.get(previous).timestampUs();
    if (steady.isEmpty() || gapUs <= 0 || gapUs > LARGEST_GAP_US) {
      throw new IncompleteException(
          "scene " + now + " does not follow scene " + previous + " within 0.55 s of one log");
    }
    return steady.getAsDouble();
  }

  private static double[] weights(StagedFrame first, List<StagedFrame> second) {
    double[] weights = new double[second.size()];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double dx = first.endXM() - second.get(i).startXM();
      double dy = first.endYM() - second.get(i).startYM();
      weights[i] = StrictMath.exp(-(dx * dx + dy * dy) / (2 * SIGMA_SQUARED));
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = sum > NO_WEIGHT ? weights[i] / sum : 1.0 / weights.length;
    }
    return weights;
  }
}
