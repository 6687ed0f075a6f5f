package io.drivedistill.latentaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.ContentStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.nn.dinov2.Dinov2;
import io.drivedistill.nn.dinov2.Dinov2Config;
import io.drivedistill.nn.dinov2.PositionResize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnivlaCheckpointTest {
  private static final LatentActionConfig TINY =
      new LatentActionConfig(64, 64, 1, 1, 1, 8, 16, 4, 0.25, false);

  private static final Dinov2Config EYE =
      new Dinov2Config(
          64, 1, 1, 14, 3, 4, PositionResize.ANTIALIASED, Dinov2Config.FeedForward.GELU);

  @TempDir private Path folder;

  @Test
  void namesAndShapesOfBothStagesAreThePublishedOnes() throws IOException {
    assertThat(shapes(new EgoActionModel(LatentActionConfig.published())))
        .containsExactlyInAnyOrderEntriesOf(manifest("univla_lam_stage2"));
    assertThat(
            shapes(
                new EnvironmentActionModel(
                    LatentActionConfig.published(), new Conditioning.Text(768))))
        .containsExactlyInAnyOrderEntriesOf(manifest("univla_lam_stage1"));
  }

  private static Map<String, List<Long>> shapes(Block block) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    Weights.of(block)
        .forEach(
            (name, parameter) -> {
              List<Long> shape = new ArrayList<>();
              for (long extent : parameter.getShape().getShape()) {
                shape.add(extent);
              }
              shapes.put(name, shape);
            });
    return shapes;
  }

  /** Without the frozen networks, which the models do not own. */
  private static Map<String, List<Long>> manifest(String name) throws IOException {
    Path file = Path.of("../../shared/fixtures/manifests", name + ".json");
    assumeTrue(Files.exists(file), "shared material is absent: " + file);
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    JsonNode tensors = new ObjectMapper().readTree(file.toFile()).get("tensors");
    for (Map.Entry<String, JsonNode> tensor : tensors.properties()) {
      if (!tensor.getKey().matches("(dino|text)_encoder\\..*")) {
        List<Long> shape = new ArrayList<>();
        tensor.getValue().forEach(extent -> shape.add(extent.asLong()));
        shapes.put(tensor.getKey(), shape);
      }
    }
    return shapes;
  }

  @Test
  void anImportedCheckpointLabelsAsItsNetworksDo() throws IOException {
    Path file = folder.resolve("lam.safetensors");
    Recording drive = drive();
    ActionTiming timing = new ActionTiming(1, 1, 1);
    int[][] expected;
    try (NDManager manager = NDManager.newBaseManager()) {
      EgoActionModel model = new EgoActionModel(TINY);
      model.initialize(manager, 4);
      Dinov2 eye = new Dinov2(EYE);
      eye.initialize(manager, 5);
      write(file, "lam.", model, eye);
      Path bare = folder.resolve("eye.safetensors");
      WeightsFile.save(eye, bare, Map.of());
      try (FrameEye alone = FrameEye.open(new EyeConfig(224, 224, EYE, Optional.of(bare), 0))) {
        FrameFeatures seen =
            FrameFeatures.of(List.of(drive), alone, false, store("bare"), Progress.silent());
        FramePairs pairs =
            FramePairs.of(
                List.of(drive), seen, FeatureScaling.none(seen.patches(), 64), timing.pairS(), 0);
        expected = StageCodes.ego(model, pairs, manager);
      }
    }
    LatentActionFolder imported = UnivlaCheckpoint.read(file, timing, folder.resolve("imported"));
    assertThat(imported.settings().model()).isEqualTo(TINY);
    assertThat(imported.settings().eye().network()).isEqualTo(EYE);
    List<CodedPair> pairs =
        new SceneLabelling(imported, store("imported"), Progress.silent()).pairs(List.of(drive));
    assertThat(pairs).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(pairs.get(i).codes()).containsExactly(expected[i]);
    }
  }

  @Test
  void aStage1CheckpointIsRefused() {
    Path file = folder.resolve("stage1.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      EnvironmentActionModel model = new EnvironmentActionModel(TINY, new Conditioning.Text(8));
      model.initialize(manager, 4);
      Dinov2 eye = new Dinov2(EYE);
      eye.initialize(manager, 5);
      write(file, "lam.", model, eye);
    }
    assertThatThrownBy(
            () -> UnivlaCheckpoint.read(file, new ActionTiming(1, 1, 1), folder.resolve("refused")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("Maybe it is the checkpoint of stage 1");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  private static void write(Path file, String prefix, Block model, Dinov2 eye) {
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    tensors.putAll(WeightsFile.sources(prefix, WeightsFile.arrays(model)));
    tensors.putAll(WeightsFile.sources(prefix + "dino_encoder.", WeightsFile.arrays(eye)));
    Safetensors.write(file, tensors, Map.of());
  }

  private ContentStore store(String name) {
    return new ContentStore(folder.resolve("features-" + name));
  }

  private Recording drive() throws IOException {
    List<RecordedFrame> frames = new ArrayList<>();
    RaycastDrive drive = new RaycastDrive(1, 4, 1);
    for (int i = 0; i < 4; i++) {
      Path picture = folder.resolve(i + ".png");
      ImageIO.write(drive.picture(i, 84, 56), "png", picture.toFile());
      frames.add(new RecordedFrame("f" + i, picture, i, Optional.empty()));
    }
    return new Recording("drive", frames);
  }
}
