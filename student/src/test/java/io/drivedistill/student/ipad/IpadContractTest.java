package io.drivedistill.student.ipad;

import io.drivedistill.core.Progress;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.score.MetricCache;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import io.drivedistill.student.SceneCaches;
import io.drivedistill.student.Student;
import io.drivedistill.student.StudentContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class IpadContractTest {
  @TempDir private static Path folder;
  private static MetricCache cache;

  @BeforeAll
  static void buildOneCache() {
    SynthSpec spec = SynthSpec.of("mini", 1, 4).withTowns(1, 14).withImages(80, 45);
    SyntheticDataset.write(List.of(spec), folder, 1, Progress.silent());
    NavsimDataset dataset = NavsimDataset.open(folder, "mini");
    Scene scene = dataset.scenes(SceneFilter.standard()).findFirst().orElseThrow();
    cache = MetricCacheBuilder.build(scene, dataset.map(scene.mapLocation()));
  }

  @Nested
  class AsInThePaper extends StudentContract {
    @Override
    protected Student create() {
      return new Ipad(IpadConfig.quickstart());
    }

    @Override
    protected SceneCaches scenes() {
      return token -> cache;
    }
  }

  @Nested
  class ForReleasedWeights extends StudentContract {
    @Override
    protected Student create() {
      return new Ipad(IpadConfig.quickstart().withBehaviour(IpadConfig.Behaviour.RELEASED_WEIGHTS));
    }

    @Override
    protected SceneCaches scenes() {
      return token -> cache;
    }
  }
}
