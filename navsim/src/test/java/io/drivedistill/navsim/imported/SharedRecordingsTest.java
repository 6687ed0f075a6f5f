package io.drivedistill.navsim.imported;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.core.Progress;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.navsim.score.PdmScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real drives, where they lie beside the checkout; docs/real-roads.md has all of them. */
final class SharedRecordingsTest {
  @TempDir Path out;

  @Test
  void argoverseDriversStayOnTheRoadAndHitNothing() {
    Path source = SharedFiles.data().resolve("av2");
    assertThat(humansAtFault(ImportSource.AV2, source)).isEmpty();
  }

  @Test
  void aNuscenesDriverStaysOnTheRoadAndHitsNothing() throws IOException {
    Path scene = SharedFiles.data().resolve("nuscenes_mini/scenes/scene-0757.json.gz");
    Path source = Files.createDirectories(out.resolve("source"));
    Files.copy(scene, source.resolve(scene.getFileName().toString()));
    assertThat(humansAtFault(ImportSource.NUSCENES, source)).isEmpty();
  }

  private List<String> humansAtFault(ImportSource from, Path source) {
    DatasetImport.write(from, source, out.resolve("data"), "real", Progress.silent());
    NavsimDataset data = NavsimDataset.open(out.resolve("data"), "real");
    List<Scene> scenes = data.scenes(SceneFilter.standard().withFrameInterval(1)).toList();
    assertThat(scenes).hasSizeGreaterThan(20);
    return scenes.stream()
        .filter(
            scene ->
                !PdmScorer.score(
                        MetricCacheBuilder.build(scene, data.map(scene.mapLocation())),
                        scene.humanTrajectory())
                    .values()
                    .subList(0, 2)
                    .equals(List.of(1.0, 1.0)))
        .map(Scene::token)
        .toList();
  }
}
