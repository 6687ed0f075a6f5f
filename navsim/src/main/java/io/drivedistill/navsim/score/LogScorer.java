package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.Trajectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Scores the scenes of one log, with caches from the disk where there are some. Thread-safe. */
final class LogScorer {
  private final SplitScorer.Job job;
  private final SplitScorer.TrajectorySource source;
  private final Rules rules;

  LogScorer(SplitScorer.Job job, SplitScorer.TrajectorySource source) {
    this.job = job;
    this.source = source;
    this.rules = SceneScorer.rules(job.scorer());
  }

  /** What one log gave. */
  record Outcome(List<List<ScoreRow>> scenes, List<SplitScorer.Failure> failures) {}

  /** Reads the log; keeps new caches if the job says where. */
  Outcome score(String log) {
    return fromLog(log, stored(log));
  }

  /** Reads caches only, or the log too if one of them is damaged. */
  Outcome scoreCached(String log, SplitScorer.PlanSource plans) {
    Optional<LogCaches> stored = stored(log);
    return stored
        .flatMap(caches -> fromCaches(caches, plans))
        .orElseGet(() -> fromLog(log, stored));
  }

  private Optional<LogCaches> stored(String log) {
    return job.caches().flatMap(store -> store.log(log)).filter(caches -> isOf(log, caches));
  }

  /** Whether caches were built from this log; its length tells data sets apart. */
  private boolean isOf(String log, LogCaches caches) {
    Path file = logFile(log);
    return !Files.exists(file) || file.toFile().length() == caches.logBytes();
  }

  private Path logFile(String log) {
    return job.dataset().layout().logFile(job.dataset().split(), log);
  }

  /** Nothing if a cache is damaged. */
  private Optional<Outcome> fromCaches(LogCaches stored, SplitScorer.PlanSource source) {
    SceneScorer judge = SceneScorer.of(job.scorer());
    Set<String> wanted = job.filter().tokens().orElseThrow();
    List<List<ScoreRow>> scenes = new ArrayList<>();
    for (String token : stored.tokens()) {
      if (!wanted.contains(token)) {
        continue;
      }
      Map<String, Trajectory> plans = source.of(token);
      Optional<SceneCache> cache = stored.read(token, rules);
      if (cache.isEmpty()) {
        return Optional.empty();
      }
      if (!plans.isEmpty()) {
        scenes.add(judge.score(cache.get(), plans));
      }
    }
    return Optional.of(new Outcome(scenes, List.of()));
  }

  private Outcome fromLog(String log, Optional<LogCaches> stored) {
    SceneScorer judge = SceneScorer.of(job.scorer());
    LogCaches.Builder fresh = new LogCaches.Builder();
    boolean changed = false;
    List<List<ScoreRow>> scenes = new ArrayList<>();
    List<SplitScorer.Failure> failures = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Scene scene : job.dataset().scenesOfLog(log, job.filter())) {
      Map<String, Trajectory> plans = source.of(scene);
      if (plans.isEmpty() || !seen.add(scene.token())) {
        continue;
      }
      // A missing map concerns the whole run; a scene that cannot be judged only itself.
      RoadMap map = job.dataset().map(scene.mapLocation());
      try {
        Optional<SceneCache> kept = stored.flatMap(caches -> caches.read(scene.token(), rules));
        SceneCache cache = kept.orElseGet(() -> judge.build(scene, map));
        if (job.caches().isPresent() && kept.isEmpty()) {
          fresh.add(cache);
          changed = true;
        }
        scenes.add(judge.score(cache, plans));
      } catch (DriveDistillException e) {
        failures.add(new SplitScorer.Failure(scene.token(), e.getMessage()));
      }
    }
    if (changed) {
      stored.ifPresent(fresh::addRest);
      MetricCacheStore store = job.caches().orElseThrow();
      fresh.write(store.file(log), rules, sizeOf(log));
    }
    return new Outcome(scenes, failures);
  }

  private long sizeOf(String log) {
    try {
      return Files.size(logFile(log));
    } catch (IOException e) {
      throw new DriveDistillException(
          "The log " + logFile(log) + " vanished while it was scored: " + e,
          "Maybe another program works on the data set; start again.",
          e);
    }
  }
}
