package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.NearestName;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.EpdmsScorer.HumanFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scores the scenes of one log in time order; a scorer may remember the scene before. Not for use
 * by several threads.
 */
sealed interface SceneScorer {
  /** What a scene is scored with. */
  SceneCache build(Scene scene, RoadMap map);

  /** One row per plan, in the order of the map. */
  List<ScoreRow> score(SceneCache cache, Map<String, Trajectory> plans);

  /**
   * A fresh scorer for a log.
   *
   * @throws DriveDistillException if there is no scorer of that name
   */
  static SceneScorer of(String name) {
    return switch (name) {
      case PdmScorer.NAME -> new Pdms();
      case EpdmsScorer.NAME -> new Epdms(filtered(HumanFilter.REACHES_SCORE));
      case EpdmsScorer.NAME_BEFORE_FILTER_FIX -> new Epdms(filtered(HumanFilter.BEFORE_FIX));
      case TwoStageScorer.NAME ->
          new Epdms((scene, plan, previous) -> StagedFrame.of(scene, plan, previous).values());
      default ->
          throw new DriveDistillException(
              "Expected a scorer among " + SplitScorer.SCORERS + ", found '" + name + "'.",
              "Maybe you meant '"
                  + NearestName.of(name, SplitScorer.SCORERS).orElse(PdmScorer.NAME)
                  + "'.");
    };
  }

  /** Names of the values that a scorer gives. */
  static List<String> columns(String name) {
    if (name.equals(TwoStageScorer.NAME)) {
      return TwoStageScorer.COLUMNS;
    }
    return of(name) instanceof Pdms ? PdmScore.COLUMNS : EpdmsScore.COLUMNS;
  }

  /** The rules that a scorer's caches are built by. */
  static Rules rules(String name) {
    return of(name) instanceof Pdms ? Rules.PDMS_V1_1 : Rules.EPDMS_V2;
  }

  private static Epdms.Values filtered(HumanFilter filter) {
    return (scene, plan, previous) -> EpdmsScorer.score(scene, plan, previous, filter).values();
  }

  /** PDMS looks at each scene alone. */
  record Pdms() implements SceneScorer {
    @Override
    public SceneCache build(Scene scene, RoadMap map) {
      return MetricCacheBuilder.build(scene, map);
    }

    @Override
    public List<ScoreRow> score(SceneCache cache, Map<String, Trajectory> plans) {
      List<PdmScore> scores = PdmScorer.score((MetricCache) cache, List.copyOf(plans.values()));
      List<ScoreRow> rows = new ArrayList<>();
      for (String name : plans.keySet()) {
        rows.add(new ScoreRow(cache.token(), name, scores.get(rows.size()).values()));
      }
      return rows;
    }
  }

  /** EPDMS compares the plan of a frame with the plan for the frame before. */
  final class Epdms implements SceneScorer {
    private final Values values;
    private Map<String, EpdmsScorer.Previous> previous = Map.of();

    Epdms(Values values) {
      this.values = values;
    }

    /** What is said about a plan. */
    @FunctionalInterface
    interface Values {
      List<Double> of(EpdmsCache scene, Trajectory plan, Optional<EpdmsScorer.Previous> previous);
    }

    @Override
    public SceneCache build(Scene scene, RoadMap map) {
      return EpdmsCache.build(scene, map);
    }

    @Override
    public List<ScoreRow> score(SceneCache cache, Map<String, Trajectory> plans) {
      EpdmsCache scene = (EpdmsCache) cache;
      Map<String, EpdmsScorer.Previous> next = new HashMap<>();
      List<ScoreRow> rows = new ArrayList<>();
      plans.forEach(
          (name, plan) -> {
            Optional<EpdmsScorer.Previous> before = Optional.ofNullable(previous.get(name));
            rows.add(new ScoreRow(scene.token(), name, values.of(scene, plan, before)));
            next.put(name, new EpdmsScorer.Previous(scene, plan));
          });
      previous = next;
      return rows;
    }
  }
}
