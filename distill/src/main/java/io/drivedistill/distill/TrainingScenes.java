package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.score.MetricCache;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.student.SceneCaches;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Metric caches of the scenes that a student trains on, built when they are first asked for. The
 * latest stay in memory, with the scenes of the latest logs.
 */
final class TrainingScenes implements SceneCaches {
  private static final int CACHES_KEPT = 1024;
  private static final int LOGS_KEPT = 32;

  private final NavsimDataset dataset;
  private final SceneFilter filter;
  private final Map<String, String> logs = new HashMap<>();
  private final Map<String, MetricCache> caches = new Latest<>(CACHES_KEPT);
  private final Map<String, List<Scene>> scenesByLog = new Latest<>(LOGS_KEPT);

  TrainingScenes(NavsimDataset dataset, SceneFilter filter, SampleStore samples) {
    this.dataset = dataset;
    this.filter = filter;
    for (int i = 0; i < samples.size(); i++) {
      logs.put(samples.token(i), samples.log(i));
    }
  }

  @Override
  public MetricCache of(String token) {
    synchronized (caches) {
      MetricCache known = caches.get(token);
      if (known != null) {
        return known;
      }
    }
    Scene scene = scene(token);
    MetricCache built = MetricCacheBuilder.build(scene, dataset.map(scene.mapLocation()));
    synchronized (caches) {
      caches.put(token, built);
    }
    return built;
  }

  private Scene scene(String token) {
    String log = logs.get(token);
    List<Scene> scenes;
    synchronized (scenesByLog) {
      scenes = log == null ? List.of() : scenesByLog.get(log);
      if (scenes == null) {
        scenes = List.copyOf(dataset.scenesOfLog(log, filter));
        scenesByLog.put(log, scenes);
      }
    }
    return scenes.stream()
        .filter(scene -> scene.token().equals(token))
        .findFirst()
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "Scene " + token + " is not in the data any more",
                    "Maybe the logs changed since the samples were prepared; run again into a new"
                        + " folder."));
  }

  /** A map that forgets what was not asked for longest. */
  private static final class Latest<V> extends LinkedHashMap<String, V> {
    private static final long serialVersionUID = 1L;
    private static final float LOAD = 0.75f;

    private final int kept;

    Latest(int kept) {
      super(16, LOAD, true);
      this.kept = kept;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
      return size() > kept;
    }
  }
}
