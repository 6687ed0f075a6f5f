package io.drivedistill.navsim;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.core.Progress;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.MetricCacheStore;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.navsim.score.ScoreTableFile;
import io.drivedistill.navsim.score.SplitScorer;
import io.drivedistill.navsim.submission.NamedTrajectory;
import io.drivedistill.navsim.submission.PlannedScenes;
import io.drivedistill.navsim.submission.TrajectoryLines;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trajectories and rows that would not fit in memory together are scored in a small heap. */
final class ScoreMemoryTest {
  private static final int NAMES = 1000;
  private static final String HEAP = "-Xmx14m";

  @TempDir Path folder;

  @Test
  void scoringStreams() throws Exception {
    NavsimDataset dataset = NavsimDataset.open(SharedFiles.bundledOracle(), "dev");
    SceneFilter all = SceneFilter.standard().withFrameInterval(1);
    List<Scene> scenes = dataset.scenes(all).toList();
    Iterable<NamedTrajectory> plans =
        () -> scenes.stream().flatMap(ScoreMemoryTest::shortened).iterator();
    Path lines = folder.resolve("plans.jsonl");
    TrajectoryLines.write(lines, plans);
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                ScoreMemoryTest.class.getName(),
                SharedFiles.bundledOracle().toString(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    try (Stream<String> rows = Files.lines(folder.resolve("scores.csv"))) {
      assertThat(rows.count()).isEqualTo(1 + (long) NAMES * scenes.size());
    }
  }

  private static Stream<NamedTrajectory> shortened(Scene scene) {
    Trajectory human = scene.humanTrajectory();
    return Stream.iterate(0, i -> i < NAMES, i -> i + 1)
        .map(
            i -> {
              double[][] poses = human.toArray();
              for (double[] pose : poses) {
                pose[0] *= 1 - i / (2.0 * NAMES);
              }
              return new NamedTrajectory(scene.token(), "plan" + i, Trajectory.of(poses, 0.5));
            });
  }

  private static String classPath() {
    ClassLoader loader = ScoreMemoryTest.class.getClassLoader();
    if (loader instanceof java.net.URLClassLoader urls) {
      StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
      for (java.net.URL url : urls.getURLs()) {
        path.append(File.pathSeparator).append(url.getPath());
      }
      return path.toString();
    }
    return System.getProperty("java.class.path");
  }

  /** Scores {@code plans.jsonl} of a folder on the reference scenes, with caches on the disk. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[1]);
    NavsimDataset dataset = NavsimDataset.open(Path.of(arguments[0]), "dev");
    MetricCacheStore store =
        MetricCacheStore.open(folder.resolve("caches"), PdmScorer.NAME, dataset.split());
    try (PlannedScenes plans = PlannedScenes.open(folder.resolve("plans.jsonl"))) {
      SceneFilter filter = SceneFilter.standard().withFrameInterval(1).withTokens(plans.tokens());
      SplitScorer.Job job =
          new SplitScorer.Job(PdmScorer.NAME, dataset, filter, Optional.of(store), 2);
      ScoreTableFile.write(
          folder.resolve("scores.csv"),
          SplitScorer.columns(PdmScorer.NAME),
          sink -> {
            int failed = SplitScorer.score(job, plans::of, sink, Progress.silent()).size();
            return new ScoreTableFile.Heading(PdmScorer.NAME, dataset.split(), failed);
          });
    }
  }
}
