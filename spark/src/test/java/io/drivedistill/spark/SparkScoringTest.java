package io.drivedistill.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.ClusterScoring;
import io.drivedistill.navsim.score.ScoreRow;
import io.drivedistill.navsim.score.SplitScorer;
import io.drivedistill.navsim.score.TwoStageScorer;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SparkScoringTest {
  private static final String MASTER = "local[2]";

  @TempDir static Path data;
  private static final Map<String, Map<String, Trajectory>> PLANS = new LinkedHashMap<>();
  private static SceneFilter filter = SceneFilter.standard().withFrameInterval(1);

  @BeforeAll
  static void synthesize() {
    SynthSpec spec =
        SynthSpec.of("tiny", 3, 5)
            .withTowns(1, 17)
            .withImages(32, 18, CameraName.CAM_F0)
            .withLidar(0);
    SyntheticDataset.write(List.of(spec), data, 1, Progress.silent());
    NavsimDataset.open(data, "tiny")
        .scenes(filter)
        .forEach(
            scene -> {
              Map<String, Trajectory> plans = new LinkedHashMap<>();
              plans.put("human", scene.humanTrajectory());
              plans.put("straight", scene.constantVelocityTrajectory());
              PLANS.put(scene.token(), plans);
            });
    filter = filter.withTokens(PLANS.keySet());
    assertThat(PLANS).hasSizeGreaterThan(6);
  }

  private static SplitScorer.Job job(String scorer, Path root, SceneFilter scenes) {
    return new SplitScorer.Job(
        scorer, NavsimDataset.open(root, "tiny"), scenes, Optional.empty(), 1);
  }

  private static List<ScoreRow> alone(SplitScorer.Job job) {
    List<ScoreRow> rows = new ArrayList<>();
    assertThat(SplitScorer.score(job, PLANS::get, rows::add, Progress.silent())).isEmpty();
    return rows;
  }

  private static List<ScoreRow> onACluster(SplitScorer.Job job) {
    List<ScoreRow> rows = new ArrayList<>();
    assertThat(ClusterScoring.find().score(MASTER, job, PLANS::get, rows::add)).isEmpty();
    return rows;
  }

  @Test
  void aClusterGivesTheSameBitsAsOneProcess() {
    List<String> scorers = new ArrayList<>(SplitScorer.SCORERS);
    scorers.add(TwoStageScorer.NAME);
    for (String scorer : scorers) {
      SplitScorer.Job job = job(scorer, data, filter);
      List<ScoreRow> cluster = onACluster(job);
      // Rows are records of doubles, equal when every bit is.
      assertThat(cluster).isEqualTo(alone(job));
      assertThat(cluster).hasSize(2 * PLANS.size());
    }
  }

  @Test
  void theFirstScenesAreThoseOfOneProcess() {
    SplitScorer.Job job = job(SplitScorer.SCORERS.get(0), data, filter.withMaxScenes(5));
    assertThat(onACluster(job)).isEqualTo(alone(job)).hasSize(10);
  }

  @Test
  void aDamagedLogIsNamed(@TempDir Path broken) throws IOException {
    Path logs = Files.createDirectories(broken.resolve("navsim_logs/tiny"));
    Files.writeString(logs.resolve("cut.pkl"), "no pickle");
    SplitScorer.Job job = job(SplitScorer.SCORERS.get(0), broken, filter);
    assertThatThrownBy(() -> onACluster(job))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("cut.pkl")
        .hasMessageContaining("damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparc:1", "spark://somewhere", "local-cluster[1,1,1024]", "local[two]"})
  void anUnknownMasterIsNamed(String master) {
    SplitScorer.Job job = job(SplitScorer.SCORERS.get(0), data, filter);
    assertThatThrownBy(() -> new SparkScoring().score(master, job, PLANS::get, row -> {}))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("'" + master + "'")
        .hasMessageContaining("Maybe");
  }
}
