package io.drivedistill.tests;

import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.MetricCache;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.navsim.score.PdmScore;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Time of building one metric cache and of scoring one trajectory, on synthetic towns. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class ScoreBenchmark {
  private static final int BATCH = 256;
  private static final int LOGS = 6;

  /** Scenes of synthetic towns with a batch of trajectories each; read by all threads. */
  @State(Scope.Benchmark)
  public static class Towns {
    private Path folder;
    private RoadMap map;
    private List<Scene> scenes;
    private final List<MetricCache> caches = new ArrayList<>();
    private final List<List<Trajectory>> batches = new ArrayList<>();

    /** Makes the towns. */
    @Setup
    public void make() throws IOException {
      folder = Files.createTempDirectory("drivedistill-bench");
      SynthSpec spec =
          SynthSpec.of("bench", LOGS, 1)
              .withTowns(1, 30)
              .withImages(32, 18, CameraName.CAM_F0)
              .withLidar(0);
      SyntheticDataset.write(List.of(spec), folder, 1, Progress.silent());
      NavsimDataset data = NavsimDataset.open(folder, "bench");
      scenes = data.scenes(SceneFilter.standard().withFrameInterval(4)).toList();
      map = data.map(scenes.get(0).mapLocation());
      SplittableRandom random = new SplittableRandom(1);
      for (Scene scene : scenes) {
        caches.add(MetricCacheBuilder.build(scene, map));
        List<Trajectory> batch = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          double[][] poses = scene.humanTrajectory().toArray();
          double stretch = random.nextDouble(0.5, 1.3);
          double aside = random.nextDouble(-0.4, 0.4);
          for (int k = 0; k < poses.length; k++) {
            poses[k][0] *= stretch;
            poses[k][1] += aside * k;
          }
          batch.add(Trajectory.of(poses, 0.5));
        }
        batches.add(batch);
      }
    }

    /** Removes the towns. */
    @TearDown
    public void remove() throws IOException {
      AtomicFiles.deleteTree(folder);
    }
  }

  /** Which scene a thread is at. */
  @State(Scope.Thread)
  public static class Turn {
    private int next;

    int of(List<?> list) {
      next = (next + 1) % list.size();
      return next;
    }
  }

  /** Builds the cache of one scene. */
  @Benchmark
  public MetricCache buildCache(Towns towns, Turn turn) {
    return MetricCacheBuilder.build(towns.scenes.get(turn.of(towns.scenes)), towns.map);
  }

  /** Scores one trajectory of a batch of 256. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public List<PdmScore> scoreTrajectory(Towns towns, Turn turn) {
    int scene = turn.of(towns.caches);
    return PdmScorer.score(towns.caches.get(scene), towns.batches.get(scene));
  }
}
