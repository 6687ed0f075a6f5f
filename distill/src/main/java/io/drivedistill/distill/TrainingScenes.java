package io.drivedistill.distill;

import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.score.MetricCache;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.student.SceneCaches;
import java.util.HashMap;
import java.util.Map;

/**
 * Metric caches of the scenes that a student trains on, built when they are first asked for. The
 * latest stay in memory, with the scenes of the latest logs.
 */
final class TrainingScenes implements SceneCaches {
  private static final int CACHES_KEPT = 1024;

  private final NavsimDataset dataset;
  private final RecentScenes scenes;
  private final Map<String, String> logs = new HashMap<>();
  private final Map<String, MetricCache> caches = new Latest<>(CACHES_KEPT);

  TrainingScenes(NavsimDataset dataset, SceneFilter filter, SampleStore samples) {
    this.dataset = dataset;
    scenes = new RecentScenes(dataset, filter);
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
    Scene scene = scenes.of(logs.getOrDefault(token, ""), token);
    MetricCache built = MetricCacheBuilder.build(scene, dataset.map(scene.mapLocation()));
    synchronized (caches) {
      caches.put(token, built);
    }
    return built;
  }
}
