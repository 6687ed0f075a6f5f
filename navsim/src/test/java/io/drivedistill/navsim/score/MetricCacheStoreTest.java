package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MetricCacheStoreTest {
  private static final NavsimDataset DATASET =
      NavsimDataset.open(SharedFiles.bundledOracle(), "dev");
  private static final Map<String, Map<String, Trajectory>> PLANS = new LinkedHashMap<>();

  @TempDir Path folder;

  @BeforeAll
  static void plans() {
    for (Scene scene : DATASET.scenes(SceneFilter.standard().withFrameInterval(1)).toList()) {
      Map<String, Trajectory> plans = new LinkedHashMap<>();
      plans.put("human", scene.humanTrajectory());
      plans.put("constant_velocity", scene.constantVelocityTrajectory());
      PLANS.put(scene.token(), plans);
    }
  }

  private static List<String> scorers() {
    return SplitScorer.SCORERS;
  }

  @ParameterizedTest
  @MethodSource("scorers")
  void scoresFromCachesHaveTheSameBits(String scorer) {
    List<ScoreRow> direct = score(scorer, Optional.empty());
    assertThat(score(scorer, Optional.of(folder))).isEqualTo(direct);
    assertThat(score(scorer, Optional.of(folder))).isEqualTo(direct);
    assertThat(direct).hasSize(2 * PLANS.size());
  }

  @Test
  void aFullFolderNeedsNoLogs() throws IOException {
    List<ScoreRow> direct = score(PdmScorer.NAME, Optional.of(folder.resolve("caches")));
    Path elsewhere = folder.resolve("moved");
    Files.move(folder.resolve("caches"), elsewhere);
    Path logs = Files.createDirectories(folder.resolve("data/navsim_logs/dev"));
    Files.writeString(logs.resolve("other.pkl"), "no log at all");
    List<ScoreRow> rows = new ArrayList<>();
    NavsimDataset without = NavsimDataset.open(folder.resolve("data"), "dev");
    SplitScorer.score(job(PdmScorer.NAME, without, elsewhere), PLANS::get, rows::add, silent());
    assertThat(rows).isEqualTo(direct);
  }

  @Test
  void damagedScenesAreBuiltAnew() throws IOException {
    List<ScoreRow> direct = score(PdmScorer.NAME, Optional.of(folder));
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    List<Path> files;
    try (Stream<Path> list = Files.list(folder.resolve("logs"))) {
      files = list.sorted().toList();
    }
    for (int trial = 0; trial < 6; trial++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] whole = Files.readAllBytes(file);
      byte[] damaged = whole.clone();
      if (trial % 3 == 0) {
        damaged = java.util.Arrays.copyOf(whole, random.nextInt(whole.length));
      } else {
        damaged[trial % 3 == 1 ? random.nextInt(40) : random.nextInt(whole.length)] ^= 1 << 4;
      }
      Files.write(file, damaged);
      assertThat(score(PdmScorer.NAME, Optional.of(folder)))
          .as("seed %d, trial %d", seed, trial)
          .isEqualTo(direct);
      assertThat(Files.readAllBytes(file)).as("seed %d, trial %d", seed, trial).isEqualTo(whole);
    }
  }

  @Test
  void whatIsMissingIsAdded() {
    Map<String, Map<String, Trajectory>> some = new LinkedHashMap<>(PLANS);
    some.keySet().removeIf(token -> token.hashCode() % 2 == 0);
    assertThat(some).isNotEmpty().hasSizeLessThan(PLANS.size());
    SceneFilter filter = SceneFilter.standard().withFrameInterval(1).withTokens(some.keySet());
    MetricCacheStore store = MetricCacheStore.open(folder, PdmScorer.NAME, "dev");
    SplitScorer.Job job =
        new SplitScorer.Job(PdmScorer.NAME, DATASET, filter, Optional.of(store), 2);
    SplitScorer.score(job, some::get, row -> {}, silent());
    assertThat(store.logsOf(filter)).isPresent();
    assertThat(scenesInManifest()).isEqualTo(some.size());
    score(PdmScorer.NAME, Optional.of(folder));
    assertThat(scenesInManifest()).isEqualTo(PLANS.size());
  }

  @Test
  void aFolderBelongsToOneScorerAndSplit() throws IOException {
    MetricCacheStore.open(folder.resolve("a"), PdmScorer.NAME, "dev");
    assertThatThrownBy(() -> MetricCacheStore.open(folder.resolve("a"), EpdmsScorer.NAME, "dev"))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("holds caches for pdms-v1.1 cache 1 on split 'dev'");
    assertThatThrownBy(() -> MetricCacheStore.open(folder.resolve("a"), PdmScorer.NAME, "test"))
        .isInstanceOf(DriveDistillException.class);
    Files.createDirectories(folder.resolve("official/metadata"));
    assertThatThrownBy(
            () -> MetricCacheStore.open(folder.resolve("official"), PdmScorer.NAME, "dev"))
        .hasMessageContaining("metric cache of the official code")
        .hasMessageContaining("Maybe ");
    assertThatThrownBy(() -> MetricCacheStore.open(folder, PdmScorer.NAME, "dev"))
        .hasMessageContaining("is not empty");
  }

  private int scenesInManifest() {
    try {
      JsonNode manifest =
          new ObjectMapper().readTree(folder.resolve(MetricCacheStore.MANIFEST).toFile());
      for (JsonNode log : manifest.get("logs")) {
        Path file = folder.resolve(log.get("file").asText());
        assertThat(Files.size(file)).isEqualTo(log.get("bytes").asLong());
      }
      return manifest.get("scenes").asInt();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<ScoreRow> score(String scorer, Optional<Path> caches) {
    List<ScoreRow> rows = new ArrayList<>();
    SplitScorer.Job job =
        caches.isPresent()
            ? job(scorer, DATASET, caches.get())
            : new SplitScorer.Job(scorer, DATASET, all(), Optional.empty(), 1);
    assertThat(SplitScorer.score(job, PLANS::get, rows::add, silent())).isEmpty();
    return rows;
  }

  private static SplitScorer.Job job(String scorer, NavsimDataset dataset, Path caches) {
    MetricCacheStore store = MetricCacheStore.open(caches, scorer, "dev");
    return new SplitScorer.Job(scorer, dataset, all(), Optional.of(store), 2);
  }

  private static SceneFilter all() {
    return SceneFilter.standard().withFrameInterval(1).withTokens(PLANS.keySet());
  }

  private static Progress.Display silent() {
    return Progress.silent();
  }
}
