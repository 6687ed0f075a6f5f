package io.drivedistill.navsim.town;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.core.Progress;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.score.MetricCache;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.navsim.score.PdmScore;
import io.drivedistill.navsim.score.PdmScorer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpertScoreTest {
  @Test
  void theExpertScoresFarAboveConstantVelocity(@TempDir Path root) {
    SynthSpec spec =
        new SynthSpec(
            "test", 12, 42, 4, 21, 64, 36, List.of(), false, 320, List.of(TownKind.values()));
    SyntheticDataset.write(List.of(spec), root, 2, Progress.silent());
    NavsimDataset data = NavsimDataset.open(root, "test");
    List<PdmScore> expert = new ArrayList<>();
    List<PdmScore> straight = new ArrayList<>();
    for (Scene scene : data.scenes(SceneFilter.standard().withFrameInterval(14)).toList()) {
      MetricCache cache = MetricCacheBuilder.build(scene, data.map(scene.mapLocation()));
      expert.add(PdmScorer.score(cache, scene.humanTrajectory()));
      straight.add(PdmScorer.score(cache, scene.constantVelocityTrajectory()));
    }
    assertThat(expert).hasSize(36);
    assertThat(mean(expert, PdmScore::noAtFaultCollisions)).isGreaterThan(0.97);
    assertThat(mean(expert, PdmScore::drivableAreaCompliance)).isGreaterThan(0.97);
    assertThat(mean(expert, PdmScore::comfort)).isGreaterThan(0.97);
    assertThat(mean(expert, PdmScore::score)).isGreaterThan(0.88);
    assertThat(mean(straight, PdmScore::score)).isLessThan(0.65);
  }

  private static double mean(List<PdmScore> scores, ToDoubleFunction<PdmScore> value) {
    return scores.stream().mapToDouble(value).average().orElseThrow();
  }
}
