package io.drivedistill.teacher.qwen;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.Safetensors;
import io.drivedistill.core.Safetensors.Source;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.teacher.Fixtures;
import io.drivedistill.teacher.image.Patches;
import io.drivedistill.teacher.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts with clips and without pictures, which no stored fixture has. */
class QwenPromptKindsTest {
  private static final int VIDEO_MARKER = 106;

  private final NDManager manager = NDManager.newBaseManager();
  private final Path original = Fixtures.folder("qwen25vl_two_images");
  @TempDir private Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  /** A clip of one frame group is seen and placed as a picture is, so nothing else changes. */
  @Test
  void aClipOfOneGroupGivesWhatThePictureGave() throws Exception {
    Files.copy(original.resolve("config.json"), folder.resolve("config.json"));
    Files.copy(original.resolve("weights.safetensors"), folder.resolve("weights.safetensors"));
    try (Safetensors io = Safetensors.open(original.resolve("io.safetensors"))) {
      Map<String, Source> tensors = new LinkedHashMap<>();
      for (String name : io.names()) {
        if (!name.startsWith("mid/") && !name.contains("image")) {
          tensors.put(name, copy(io, name));
        }
      }
      long[] grids = io.longs("in/image_grid_thw");
      long[] ids = io.longs("in/input_ids");
      int second = 2 + (int) (grids[1] * grids[2] / 4) + 3;
      int secondTokens = (int) (grids[4] * grids[5] / 4);
      Arrays.fill(ids, second, second + secondTokens, VIDEO_MARKER);
      tensors.put("in/input_ids", Source.ofLongs(ids, 1, ids.length));
      tensors.put("in/image_grid_thw", Source.ofLongs(Arrays.copyOf(grids, 3), 1, 3));
      tensors.put("in/video_grid_thw", Source.ofLongs(Arrays.copyOfRange(grids, 3, 6), 1, 3));
      tensors.put("in/second_per_grid_ts", Source.ofFloats(new float[] {1}, 1));
      tensors.put("in/pixel_values", pixels(io, "mid/image0_resized_u8_hwc"));
      tensors.put("in/pixel_values_videos", pixels(io, "mid/image1_resized_u8_hwc"));
      Safetensors.write(folder.resolve("io.safetensors"), tensors, Map.of());
    }
    try (ParityFixture fixture = ParityFixture.open(folder)) {
      new QwenParity().run(fixture, manager);
      fixture.finish(manager);
      fixture.assertAllPass();
      assertThat(fixture.unchecked()).isEmpty();
    }
  }

  private static Source copy(Safetensors io, String name) {
    long[] shape = io.info(name).shapeArray();
    return io.info(name).dtype() == Dtype.I64
        ? Source.ofLongs(io.longs(name), shape)
        : Source.ofFloats(io.floats(name), shape);
  }

  private static Source pixels(Safetensors io, String name) {
    long[] shape = io.info(name).shapeArray();
    long[] values = io.longs(name);
    byte[] rgb = new byte[values.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) values[i];
    }
    RgbImage picture = new RgbImage((int) shape[1], (int) shape[0], rgb);
    float[] patches = Patches.PUBLISHED.normalized(Patches.PUBLISHED.bytes(List.of(picture)));
    int length = Patches.PUBLISHED.length();
    return Source.ofFloats(patches, patches.length / length, length);
  }

  @Test
  void aPromptOfTextAloneIsReadFromItsStart() {
    try (ParityFixture fixture = ParityFixture.open(original)) {
      QwenVl model = new QwenVl(QwenConfigFile.of(fixture.config().get("config"), "fixture"));
      fixture.weights().load(model, manager);
      Inference.run(
          () -> {
            NDArray whole = hidden(model, 5, 9, 2, 77);
            NDArray begun = hidden(model, 5, 9);
            assertThat(whole.get(":, 0:2").sub(begun).abs().max().getFloat()).isLessThan(1e-5f);
            assertThat(whole.get(":, 2").sub(whole.get(":, 1")).abs().max().getFloat())
                .isGreaterThan(0.1f);
          });
    }
  }

  private NDArray hidden(QwenVl model, long... ids) {
    Pass pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
    TokenBatch tokens = new TokenBatch(new long[][] {ids}, null, List.of(List.of()));
    return model.hiddenStates(pass, tokens, List.of());
  }
}
