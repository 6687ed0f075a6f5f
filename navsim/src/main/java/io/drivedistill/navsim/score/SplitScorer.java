package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Scores all scenes of a split, log by log, on several threads. A thread holds one log and one
 * metric cache at a time, and rows are handed over log by log, so memory does not grow with the
 * split. Rows come in the order of logs and scenes whatever the number of threads.
 */
public final class SplitScorer {
  /** Names of all scorers of single scenes. */
  public static final List<String> SCORERS =
      List.of(PdmScorer.NAME, EpdmsScorer.NAME, EpdmsScorer.NAME_BEFORE_FILTER_FIX);

  private SplitScorer() {}

  /** Gives the trajectories of a scene by name; called from several threads. */
  @FunctionalInterface
  public interface TrajectorySource {
    /** Trajectories by planner, in the order in which they shall be listed; may be empty. */
    Map<String, Trajectory> of(Scene scene);
  }

  /** Gives the trajectories of a scene that need not be read; called from several threads. */
  @FunctionalInterface
  public interface PlanSource {
    /** Trajectories by planner, in the order in which they shall be listed; may be empty. */
    Map<String, Trajectory> of(String token);
  }

  /**
   * What is to be scored.
   *
   * @param scorer one of {@link #SCORERS}; the v2 scorers compare frames that follow each other, so
   *     the filter's frame interval should be 1
   * @param dataset the split
   * @param filter which scenes
   * @param caches where metric caches are kept; without it they are built and thrown away
   * @param threads number of threads, at least 1
   */
  public record Job(
      String scorer,
      NavsimDataset dataset,
      SceneFilter filter,
      Optional<MetricCacheStore> caches,
      int threads) {}

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

  /** Names of the values that a scorer gives. */
  public static List<String> columns(String scorer) {
    return SceneScorer.columns(scorer);
  }

  /** Logged frames after the current one that a scorer needs. */
  public static int futureFrames(String scorer) {
    return SceneScorer.rules(scorer).futureFrames();
  }

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
   * Builds the caches, scores, and keeps all rows in memory.
   *
   * @param source the trajectories to score
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
    Job job = new Job(scorer, dataset, filter, Optional.empty(), threads);
    List<ScoreRow> rows = new ArrayList<>();
    List<String> logs = dataset.selectedLogs(filter);
    List<Failure> failures = run(job, logs, new LogScorer(job, source)::score, rows::add, display);
    List<String> columns = SceneScorer.columns(scorer);
    return new Outcome(
        new ScoreTable(scorer, dataset.split(), failures.size(), columns, rows), failures);
  }

  /**
   * Scores and hands over each row when its turn has come. Where every scene of the filter has a
   * cache, no log is read.
   *
   * @param rows takes the rows, on the calling thread
   * @return scenes that could not be scored
   * @throws DriveDistillException if a log or map is missing or damaged, or the scorer unknown
   */
  public static List<Failure> score(
      Job job, PlanSource plans, Consumer<ScoreRow> rows, Progress.Display display) {
    LogScorer scorer = new LogScorer(job, scene -> plans.of(scene.token()));
    Optional<List<String>> cached = job.caches().flatMap(store -> store.logsOf(job.filter()));
    List<Failure> failures =
        cached.isPresent()
            ? run(job, cached.get(), log -> scorer.scoreCached(log, plans), rows, display)
            : run(job, job.dataset().selectedLogs(job.filter()), scorer::score, rows, display);
    job.caches().ifPresent(MetricCacheStore::writeManifest);
    return failures;
  }

  private static List<Failure> run(
      Job job,
      List<String> logs,
      Function<String, LogScorer.Outcome> scorer,
      Consumer<ScoreRow> rows,
      Progress.Display display) {
    SceneScorer.of(job.scorer());
    List<Failure> failures = new ArrayList<>();
    int limit = job.filter().maxScenes().orElse(Integer.MAX_VALUE);
    ExecutorService workers = Executors.newFixedThreadPool(job.threads());
    try (Progress progress = display.open("Scoring " + job.dataset().split(), logs.size())) {
      ArrayDeque<Future<LogScorer.Outcome>> window = new ArrayDeque<>();
      Iterator<String> next = logs.iterator();
      int scenes = 0;
      while ((next.hasNext() || !window.isEmpty()) && scenes < limit) {
        while (next.hasNext() && window.size() < 2 * job.threads()) {
          String log = next.next();
          window.add(workers.submit(() -> scorer.apply(log)));
        }
        LogScorer.Outcome outcome = finished(window.remove());
        for (List<ScoreRow> scene : outcome.scenes()) {
          if (scenes++ < limit) {
            scene.forEach(rows);
          }
        }
        failures.addAll(outcome.failures());
        progress.step(1);
      }
    } finally {
      workers.shutdownNow();
    }
    return failures;
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
