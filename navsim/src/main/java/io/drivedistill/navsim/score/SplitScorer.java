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
  /** Names of all scorers. */
  public static final List<String> SCORERS = List.of(PdmScorer.NAME, EpdmsScorer.NAME);

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

  /** Scores by {@link PdmScorer#NAME}, the default. */
  public static Outcome score(
      NavsimDataset dataset,
      SceneFilter filter,
      TrajectorySource source,
      int threads,
      Progress.Display display) {
    return score(PdmScorer.NAME, dataset, filter, source, threads, display);
  }

  /**
   * Builds the caches and scores.
   *
   * @param scorer {@link PdmScorer#NAME} or {@link EpdmsScorer#NAME}; the latter compares frames
   *     that follow each other, so the filter's frame interval should be 1
   * @param dataset the split
   * @param filter which scenes
   * @param source the trajectories to score
   * @param threads number of threads, at least 1
   * @param display where progress is shown, one step a log
   * @throws DriveDistillException if a log or map is missing or damaged, or the scorer unknown
   */
  public static Outcome score(
      String scorer,
      NavsimDataset dataset,
      SceneFilter filter,
      TrajectorySource source,
      int threads,
      Progress.Display display) {
    List<String> columns = SceneScorer.columns(scorer);
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
          window.add(workers.submit(() -> scoreLog(scorer, dataset, log, filter, source)));
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
    ScoreTable table = new ScoreTable(scorer, dataset.split(), failures.size(), columns, rows);
    return new Outcome(table, failures);
  }

  private static LogOutcome scoreLog(
      String scorer,
      NavsimDataset dataset,
      String log,
      SceneFilter filter,
      TrajectorySource source) {
    SceneScorer judge = SceneScorer.of(scorer);
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
        scenes.add(judge.score(scene, map, plans));
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
