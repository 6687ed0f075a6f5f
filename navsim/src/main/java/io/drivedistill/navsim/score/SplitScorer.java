package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Scores all scenes of a split, log by log, on several threads. A thread holds one log and one
 * metric cache at a time, so memory does not grow with the split but by the rows of the result
 * (about 200 bytes a trajectory). Results are in the order of logs and scenes whatever the number
 * of threads.
 */
public final class SplitScorer {
  private SplitScorer() {}

  /** Gives the trajectories of a scene by name; called from several threads. */
  @FunctionalInterface
  public interface TrajectorySource {
    /** Trajectories by planner, in the order in which they shall be listed; may be empty. */
    Map<String, Trajectory> of(Scene scene);
  }

  /**
   * A scene without a score.
   *
   * @param token the scene
   * @param reason what went wrong, for the user
   */
  public record Failure(String token, String reason) {}

  /**
   * The outcome.
   *
   * @param table rows of all scenes that were scored
   * @param failures scenes that could not be scored, as counted in the table
   */
  public record Outcome(ScoreTable table, List<Failure> failures) {
    /** Keeps an unmodifiable copy of the failures. */
    public Outcome {
      failures = List.copyOf(failures);
    }
  }

  /** What one log gave. */
  private record LogOutcome(List<List<ScoreRow>> scenes, List<Failure> failures) {}

  /**
   * Builds the caches and scores.
   *
   * @param dataset the split
   * @param filter which scenes
   * @param source the trajectories to score
   * @param threads number of threads, at least 1
   * @param display where progress is shown, one step a log
   * @throws DriveDistillException if a log or map is missing or damaged
   */
  public static Outcome score(
      NavsimDataset dataset,
      SceneFilter filter,
      TrajectorySource source,
      int threads,
      Progress.Display display) {
    List<String> logs = dataset.selectedLogs(filter);
    List<ScoreRow> rows = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    int limit = filter.maxScenes().orElse(Integer.MAX_VALUE);
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try (Progress progress = display.open("Scoring " + dataset.split(), logs.size())) {
      ArrayDeque<Future<LogOutcome>> window = new ArrayDeque<>();
      Iterator<String> next = logs.iterator();
      int scenes = 0;
      while ((next.hasNext() || !window.isEmpty()) && scenes < limit) {
        while (next.hasNext() && window.size() < 2 * threads) {
          String log = next.next();
          window.add(workers.submit(() -> scoreLog(dataset, log, filter, source)));
        }
        LogOutcome outcome = finished(window.remove());
        for (List<ScoreRow> scene : outcome.scenes()) {
          if (scenes++ < limit) {
            rows.addAll(scene);
          }
        }
        failures.addAll(outcome.failures());
        progress.step(1);
      }
    } finally {
      workers.shutdownNow();
    }
    ScoreTable table =
        new ScoreTable(PdmScorer.NAME, dataset.split(), failures.size(), PdmScore.COLUMNS, rows);
    return new Outcome(table, failures);
  }

  private static LogOutcome scoreLog(
      NavsimDataset dataset, String log, SceneFilter filter, TrajectorySource source) {
    List<List<ScoreRow>> scenes = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (Scene scene : dataset.scenesOfLog(log, filter)) {
      Map<String, Trajectory> plans = source.of(scene);
      if (plans.isEmpty()) {
        continue;
      }
      // A missing map concerns the whole run; a scene that cannot be judged only itself.
      RoadMap map = dataset.map(scene.mapLocation());
      try {
        MetricCache cache = MetricCacheBuilder.build(scene, map);
        List<PdmScore> scores = PdmScorer.score(cache, List.copyOf(plans.values()));
        List<ScoreRow> rows = new ArrayList<>();
        int i = 0;
        for (String name : plans.keySet()) {
          rows.add(new ScoreRow(scene.token(), name, scores.get(i++).values()));
        }
        scenes.add(rows);
      } catch (DriveDistillException e) {
        failures.add(new Failure(scene.token(), e.getMessage()));
      }
    }
    return new LogOutcome(scenes, failures);
  }

  private static <T> T finished(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DriveDistillException(
          "Scoring was interrupted.", "Maybe start it again; nothing was written.", e);
    }
  }
}
