package io.drivedistill.teacher.qwen;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import com.fasterxml.jackson.databind.JsonNode;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.parity.FormulaWeights;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.teacher.Fixtures;
import io.drivedistill.teacher.image.BicubicResize;
import io.drivedistill.teacher.image.PatchGrid;
import io.drivedistill.teacher.image.Patches;
import io.drivedistill.teacher.image.RgbImage;
import io.drivedistill.teacher.image.SmartResize;
import io.drivedistill.teacher.qwen.TokenBatch.VisualSpan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The network against values recorded from the published implementation. */
class QwenParityTest {
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen25vl_tied", "qwen25vl_two_images"})
  void picturesToLogitsLossAndGradients(String name) {
    try (ParityFixture fixture = ParityFixture.open(Fixtures.folder(name))) {
      QwenConfig config = QwenConfigFile.of(fixture.config().get("config"), name);
      QwenVl model = new QwenVl(config);
      fixture.weights().load(model, manager);
      List<VisualFrames> frames = pictures(fixture);
      checkVision(fixture, model, frames);
      checkDecoder(fixture, model, frames);
      checkGradients(fixture, model, frames);
      checkGreedy(fixture, model, frames);
      fixture.assertAllPass();
      assertThat(fixture.unchecked()).isSubsetOf("out/logits_with_lora");
    }
  }

  /** From stored pixels through resizing and cutting, each step exact. */
  private List<VisualFrames> pictures(ParityFixture fixture) {
    JsonNode preprocess = fixture.config().get("preprocess");
    SmartResize resize =
        new SmartResize(
            28, preprocess.get("min_pixels").asLong(), preprocess.get("max_pixels").asLong());
    Safetensors io = fixture.tensors();
    List<VisualFrames> frames = new ArrayList<>();
    List<Float> values = new ArrayList<>();
    for (int i = 0; io.contains("in/image" + i + "_u8_hwc"); i++) {
      RgbImage picture = image(io, "in/image" + i + "_u8_hwc");
      SmartResize.Size size = resize.of(picture.height(), picture.width());
      RgbImage resized = BicubicResize.resize(picture, size.height(), size.width());
      String expected = "mid/image" + i + "_resized_u8_hwc";
      assertThat(resized.rgb()).as(expected).isEqualTo(image(io, expected).rgb());
      PatchGrid grid = Patches.PUBLISHED.grid(List.of(resized));
      float[] pixels = Patches.PUBLISHED.normalized(Patches.PUBLISHED.bytes(List.of(resized)));
      for (float value : pixels) {
        values.add(value);
      }
      NDArray patches =
          Constants.of(manager, pixels, 1, grid.patches(), Patches.PUBLISHED.length());
      frames.add(new VisualFrames(patches, grid.rows(), grid.columns()));
    }
    if (io.contains("in/pixel_values")) {
      float[] all = new float[values.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = values.get(i);
      }
      fixture.check("in/pixel_values", all);
    }
    return frames;
  }

  private static RgbImage image(Safetensors io, String name) {
    List<Long> shape = io.info(name).shape();
    long[] values = io.longs(name);
    byte[] rgb = new byte[values.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) values[i];
    }
    return new RgbImage(shape.get(1).intValue(), shape.get(0).intValue(), rgb);
  }

  private Pass pass() {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
  }

  private void checkVision(ParityFixture fixture, QwenVl model, List<VisualFrames> frames) {
    Inference.run(
        () -> {
          QwenVision vision = model.vision();
          List<NDArray> embedded = new ArrayList<>();
          List<NDArray> first = new ArrayList<>();
          List<NDArray> second = new ArrayList<>();
          List<NDArray> merged = new ArrayList<>();
          for (VisualFrames frame : frames) {
            VisionLayout layout =
                new VisionLayout(model.config().vision(), frame.rows(), frame.columns());
            embedded.add(vision.embedding().forward(pass(), frame.patches()));
            NDArray x = vision.enter(pass(), frame.patches(), layout);
            Rotation rotation = layout.rotation(manager);
            x = vision.blocks().get(0).forward(pass(), x, rotation, vision.runs(layout, 0));
            first.add(x);
            x = vision.blocks().get(1).forward(pass(), x, rotation, vision.runs(layout, 1));
            second.add(x);
            merged.add(vision.windowOrder(pass(), frame.patches(), layout));
          }
          fixture.check("mid/vis_patch_embed", joined(embedded));
          fixture.check("mid/vis_block0_window_order", joined(first));
          fixture.check("mid/vis_block1_window_order", joined(second));
          fixture.check("mid/vis_merger_window_order", joined(merged));
          fixture.check("mid/vis_out", model.visualTokens(pass(), frames));
        });
  }

  private static NDArray joined(List<NDArray> parts) {
    NDArray all = parts.get(0).squeeze(0);
    for (NDArray part : parts.subList(1, parts.size())) {
      all = all.concat(part.squeeze(0), 0);
    }
    return all;
  }

  private TokenBatch tokens(ParityFixture fixture) {
    Safetensors io = fixture.tensors();
    long[] grids = io.longs("in/image_grid_thw");
    List<VisualSpan> spans = new ArrayList<>();
    for (int i = 0; i < grids.length; i += 3) {
      spans.add(
          VisualSpan.picture(
              new PatchGrid((int) grids[i], (int) grids[i + 1], (int) grids[i + 2])));
    }
    return new TokenBatch(new long[][] {io.longs("in/input_ids")}, null, List.of(spans));
  }

  private void checkDecoder(ParityFixture fixture, QwenVl model, List<VisualFrames> frames) {
    TokenBatch tokens = tokens(fixture);
    RotaryPositions positions = tokens.positions(model.config()).get(0);
    long[] expected = fixture.tensors().longs("mid/position_ids_3BL");
    assertThat(positions.time()).isEqualTo(java.util.Arrays.copyOf(expected, tokens.length()));
    assertThat(positions.delta()).isEqualTo(fixture.tensors().longs("mid/rope_deltas")[0]);
    Inference.run(
        () -> {
          NDArray hidden = model.hiddenStates(pass(), tokens, frames);
          fixture.check("mid/lm_final_norm", hidden);
          fixture.check("out/logits", model.logits(pass(), hidden));
          NDArray some = model.logits(pass(), hidden, 20, 16);
          assertThat(
                  some.sub(model.logits(pass(), hidden).get(":, :, 20:36")).abs().max().getFloat())
              .isLessThan(1e-5f);
        });
  }

  private void checkGradients(ParityFixture fixture, QwenVl model, List<VisualFrames> frames) {
    long[] labels = fixture.tensors().longs("in/labels");
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray hidden = model.hiddenStates(pass(), tokens(fixture), frames);
      NDArray logProbabilities = model.logits(pass(), hidden).squeeze(0).logSoftmax(-1);
      NDArray sum = manager.zeros(new ai.djl.ndarray.types.Shape());
      int count = 0;
      for (int i = 0; i + 1 < labels.length; i++) {
        if (labels[i + 1] != -100) {
          sum = sum.sub(logProbabilities.get(i + ", " + labels[i + 1]));
          count++;
        }
      }
      NDArray divisor = manager.full(new ai.djl.ndarray.types.Shape(), (float) count);
      NDArray loss = sum.div(divisor);
      fixture.check("loss/ce", loss.getFloat());
      collector.backward(loss);
      fixture.checkGradients(model);
    }
  }

  /** The stored scores are those after each generated token, so one step more is decoded. */
  private void checkGreedy(ParityFixture fixture, QwenVl model, List<VisualFrames> frames) {
    int steps = fixture.tensors().longs("out/generated_ids").length;
    Inference.run(
        () -> {
          GreedyDecoding.Result result =
              GreedyDecoding.decode(model, pass(), manager, tokens(fixture), frames, steps + 1);
          long[] ids = result.ids().stream().limit(steps).mapToLong(step -> step.get(0)).toArray();
          fixture.check("out/generated_ids", manager.create(ids).expandDims(0));
          NDList after = new NDList(result.logits().subList(1, steps + 1));
          fixture.check("out/step_logits", NDArrays.stack(after, 1));
        });
  }

  @Test
  void realWidths() {
    try (ParityFixture fixture =
        ParityFixture.open(Fixtures.folder("qwen25vl_3b_widths_procedural"))) {
      QwenConfig config = QwenConfigFile.of(fixture.config().get("config"), fixture.name());
      QwenVl model = new QwenVl(config);
      fixture.formulaWeights().fill(model, manager);
      NDArray pixels = FormulaWeights.input(manager, "input.pixel_values", 2, 0, 1, 140, 1176);
      List<VisualFrames> frames = List.of(new VisualFrames(pixels, 10, 14));
      TokenBatch tokens = tokens(fixture);
      Inference.run(
          () -> {
            NDArray hidden = model.hiddenStates(pass(), tokens, frames);
            NDArray visual = model.visualTokens(pass(), frames);
            fixture.check("mid/vis_out_head", visual.get("::3, ::41"));
            NDArray logits = model.logits(pass(), hidden).squeeze(0);
            fixture.check("out/argmax_per_position", logits.argMax(1));
            fixture.check("out/logits_last_stride997", logits.get("-1, ::997"));
            NDArray last = logits.get(-1);
            fixture.check("out/top10_vals_last", last.topK(10, 0).get(0));
            fixture.check("out/top10_ids_last", last.topK(10, 0).get(1));
            NDArray largest = logits.max(new int[] {1}, true);
            fixture.check(
                "out/logsumexp_per_position",
                logits.sub(largest).exp().sum(new int[] {1}).log().add(largest.squeeze(1)));
          });
      fixture.assertAllPass();
      assertThat(fixture.unchecked()).isEmpty();
    }
  }
}
