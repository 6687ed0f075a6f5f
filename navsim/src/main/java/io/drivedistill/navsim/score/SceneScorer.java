package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.NearestName;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.Trajectory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scores the scenes of one log in time order; a scorer may remember the scene before. Not for use
 * by several threads.
 */
interface SceneScorer {
  /** One row per plan, in the order of the map. */
  List<ScoreRow> score(Scene scene, RoadMap map, Map<String, Trajectory> plans);

  /**
   * A fresh scorer for a log.
   *
   * @throws DriveDistillException if there is no scorer of that name
   */
  static SceneScorer of(String name) {
    return switch (name) {
      case PdmScorer.NAME -> SceneScorer::pdms;
      case EpdmsScorer.NAME -> new Epdms();
      default -> throw unknown(name);
    };
  }

  /** Names of the values that a scorer gives. */
  static List<String> columns(String name) {
    return switch (name) {
      case PdmScorer.NAME -> PdmScore.COLUMNS;
      case EpdmsScorer.NAME -> EpdmsScore.COLUMNS;
      default -> throw unknown(name);
    };
  }

  private static DriveDistillException unknown(String name) {
    return new DriveDistillException(
        "Expected a scorer among " + SplitScorer.SCORERS + ", found '" + name + "'.",
        "Maybe you meant '"
            + NearestName.of(name, SplitScorer.SCORERS).orElse(PdmScorer.NAME)
            + "'.");
  }

  private static List<ScoreRow> pdms(Scene scene, RoadMap map, Map<String, Trajectory> plans) {
    MetricCache cache = MetricCacheBuilder.build(scene, map);
    List<PdmScore> scores = PdmScorer.score(cache, List.copyOf(plans.values()));
    List<ScoreRow> rows = new ArrayList<>();
    for (String name : plans.keySet()) {
      rows.add(new ScoreRow(scene.token(), name, scores.get(rows.size()).values()));
    }
    return rows;
  }

  /** EPDMS compares the plan of a frame with the plan for the frame before. */
  final class Epdms implements SceneScorer {
    private final Map<String, EpdmsScorer.Previous> previous = new HashMap<>();

    @Override
    public List<ScoreRow> score(Scene scene, RoadMap map, Map<String, Trajectory> plans) {
      EpdmsCache cache = EpdmsCache.build(scene, map);
      List<ScoreRow> rows = new ArrayList<>();
      plans.forEach(
          (name, plan) -> {
            EpdmsScorer.Previous next = new EpdmsScorer.Previous(cache, plan);
            Optional<EpdmsScorer.Previous> before = Optional.ofNullable(previous.put(name, next));
            EpdmsScore score = EpdmsScorer.score(cache, plan, before);
            rows.add(new ScoreRow(scene.token(), name, score.values()));
          });
      return rows;
    }
  }
}
