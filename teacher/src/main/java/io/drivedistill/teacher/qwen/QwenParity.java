package io.drivedistill.teacher.qwen;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.CrossEntropy;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.parity.FixtureOptions;
import io.drivedistill.nn.parity.FormulaInput;
import io.drivedistill.nn.parity.ParityFamily;
import io.drivedistill.nn.parity.ParityFixture;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Qwen2.5-VL from stored pictures to scores, loss, gradients, cached decoding and adapters; or with
 * formula weights at published widths.
 */
public final class QwenParity implements ParityFamily {
  private static final Pattern STRIDES =
      Pattern.compile(".*vis ::(\\d+)/::(\\d+) x ::(\\d+), lm ::(\\d+) x ::(\\d+).*");
  private static final String LAST_LOGITS = "out/logits_last_stride";

  @Override
  public String name() {
    return "Qwen2.5-VL";
  }

  @Override
  public boolean reads(String model) {
    return model.startsWith("Qwen2.5-VL");
  }

  @Override
  public void run(ParityFixture fixture, NDManager manager) {
    FixtureOptions options = fixture.options();
    QwenVl model = new QwenVl(QwenConfigFile.of(options.tree("config"), fixture.name()));
    if (options.has("rules")) {
      formulaWeights(fixture, model, manager);
      return;
    }
    fixture.weights().load(model, manager);
    QwenFixtureInput input = QwenFixtureInput.read(fixture, model.config(), manager);
    Inference.run(
        () -> {
          for (int call = 0; call < input.calls().size(); call++) {
            vision(fixture, model, input.calls().get(call), call == 0 ? "" : "#" + call, manager);
          }
          scores(fixture, model, input, manager);
        });
    if (fixture.has("loss/ce")) {
      gradients(fixture, model, input, manager);
    }
    if (fixture.has("out/generated_ids")) {
      Inference.run(() -> decoding(fixture, model, input, manager));
    }
    if (options.has("lora")) {
      adapters(fixture, model, input, manager);
    }
  }

  private static Pass pass(NDManager manager) {
    return new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
  }

  /**
   * One call of the vision tower.
   *
   * @param suffix of the names of what it computes
   */
  private static void vision(
      ParityFixture fixture,
      QwenVl model,
      List<VisualFrames> frames,
      String suffix,
      NDManager manager) {
    QwenVision vision = model.vision();
    Pass pass = pass(manager);
    NDList embedded = new NDList();
    List<NDList> blocks = List.of(new NDList(), new NDList());
    NDList merged = new NDList();
    for (VisualFrames frame : frames) {
      VisionLayout layout =
          new VisionLayout(model.config().vision(), frame.rows(), frame.columns());
      embedded.add(vision.embedding().forward(pass, frame.patches()));
      NDArray x = vision.enter(pass, frame.patches(), layout);
      Rotation rotation = layout.rotation(manager);
      for (int i = 0; i < Math.min(2, vision.blocks().size()); i++) {
        x = vision.blocks().get(i).forward(pass, x, rotation, vision.runs(layout, i));
        blocks.get(i).add(x);
      }
      merged.add(vision.windowOrder(pass, frame.patches(), layout));
    }
    check(fixture, "mid/vis_patch_embed" + suffix, embedded);
    check(fixture, "mid/vis_block0_window_order" + suffix, blocks.get(0));
    check(fixture, "mid/vis_block1_window_order" + suffix, blocks.get(1));
    check(fixture, "mid/vis_merger_window_order" + suffix, merged);
    check(fixture, "mid/vis_out" + suffix, new NDList(model.visualTokens(pass, frames)));
    geometry(fixture, model.config().vision(), frames, suffix);
  }

  private static void geometry(
      ParityFixture fixture, QwenConfig.Vision config, List<VisualFrames> frames, String suffix) {
    List<VisionLayout> layouts =
        frames.stream().map(f -> new VisionLayout(config, f.rows(), f.columns())).toList();
    String boundaries = "mid/cu_window_seqlens" + suffix;
    if (fixture.has(boundaries)) {
      fixture.check(
          boundaries,
          QwenIndexParity.boundaries(
              layouts.stream().map(VisionLayout::order).toList(), config.patches().merge()));
    }
    String order = "mid/window_index" + suffix;
    if (fixture.has(order)) {
      long[] index = new long[(int) fixture.shape(order)[0]];
      int at = 0;
      for (VisionLayout layout : layouts) {
        int offset = at;
        for (int cell : layout.order().cells()) {
          index[at++] = (long) offset + cell;
        }
      }
      fixture.check(order, index);
    }
  }

  /** Joins frames to [patches, C] and compares, if the fixture has this value. */
  private static void check(ParityFixture fixture, String name, NDList parts) {
    if (fixture.has(name) && !parts.isEmpty()) {
      long width = parts.get(0).getShape().get(parts.get(0).getShape().dimension() - 1);
      NDList rows = new NDList();
      parts.forEach(part -> rows.add(part.reshape(new Shape(-1, width))));
      fixture.check(name, rows.size() == 1 ? rows.get(0) : NDArrays.concat(rows, 0));
    }
  }

  private static void scores(
      ParityFixture fixture, QwenVl model, QwenFixtureInput input, NDManager manager) {
    input.checkPositions(fixture, model.config());
    Pass pass = pass(manager);
    NDArray hidden = model.hiddenStates(pass, input.tokens(), input.frames());
    if (fixture.has("mid/lm_final_norm")) {
      fixture.check("mid/lm_final_norm", hidden);
    }
    fixture.check("out/logits", model.logits(pass, hidden));
  }

  /** Mean cross-entropy over the positions whose next token has a label. */
  private static void gradients(
      ParityFixture fixture, QwenVl model, QwenFixtureInput input, NDManager manager) {
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      Pass pass = pass(manager);
      NDArray hidden = model.hiddenStates(pass, input.tokens(), input.frames());
      NDArray scores = model.logits(pass, hidden).get(new NDIndex(":, :-1"));
      NDArray next = fixture.input(manager, "in/labels").get(new NDIndex(":, 1:"));
      long vocabulary = scores.getShape().get(2);
      NDArray loss =
          CrossEntropy.meanOfLabelled(
              scores.reshape(new Shape(-1, vocabulary)), next.reshape(new Shape(-1)));
      fixture.check("loss/ce", loss.getFloat());
      collector.backward(loss);
    }
    fixture.checkGradients(model);
  }

  /** The stored scores are those after each generated token, so one step more is decoded. */
  private static void decoding(
      ParityFixture fixture, QwenVl model, QwenFixtureInput input, NDManager manager) {
    int steps = (int) fixture.shape("out/generated_ids")[1];
    int batch = input.tokens().size();
    GreedyDecoding.Result result =
        GreedyDecoding.decode(
            model, pass(manager), manager, input.tokens(), input.frames(), steps + 1);
    long[] ids = new long[batch * steps];
    for (int b = 0; b < batch; b++) {
      for (int step = 0; step < steps; step++) {
        ids[b * steps + step] = result.ids().get(step).get(b);
      }
    }
    fixture.check("out/generated_ids", ids);
    fixture.check(
        "out/step_logits", NDArrays.stack(new NDList(result.logits().subList(1, steps + 1)), 1));
  }

  private static void adapters(
      ParityFixture fixture, QwenVl model, QwenFixtureInput input, NDManager manager) {
    FixtureOptions lora = fixture.options().part("lora");
    lora.documentation("oracle");
    lora.only("scaling", "alpha/r", "alpha/sqrt(r)");
    boolean stabilized = lora.text("scaling", "alpha/r").equals("alpha/sqrt(r)");
    Path weights = fixture.folder().resolve("lora_adapter.safetensors");
    new LoraAdapter(
            lora.integer("r"), lora.number("alpha"), stabilized, lora.texts("target_modules"))
        .loadWeights(weights, model, manager);
    Inference.run(
        () -> {
          Pass pass = pass(manager);
          NDArray hidden = model.hiddenStates(pass, input.tokens(), input.frames());
          fixture.check("out/logits_with_lora", model.logits(pass, hidden));
        });
  }

  private static void formulaWeights(ParityFixture fixture, QwenVl model, NDManager manager) {
    FixtureOptions options = fixture.options();
    Matcher strides = STRIDES.matcher(options.text("strides"));
    if (!strides.matches()) {
      throw new DriveDistillException(
          fixture.folder().toAbsolutePath() + ": the strides are not understood",
          "Maybe the fixture is newer than this program.");
    }
    fixture.formulaWeights().fill(model, manager);
    FixtureOptions inputs = options.part("inputs");
    List<Integer> grid = inputs.integers("grid");
    NDArray pixels = FormulaInput.of(inputs.text("pixel_values"), Map.of(), manager).expandDims(0);
    List<VisualFrames> frames = List.of(new VisualFrames(pixels, grid.get(1), grid.get(2)));
    QwenFixtureInput input = QwenFixtureInput.of(fixture, model.config(), frames);
    Pass pass = pass(manager);
    Inference.run(
        () -> {
          String blockRows = "::" + strides.group(1) + ", ::" + strides.group(3);
          VisionLayout layout = new VisionLayout(model.config().vision(), grid.get(1), grid.get(2));
          NDArray first =
              model
                  .vision()
                  .blocks()
                  .get(0)
                  .forward(
                      pass,
                      model.vision().enter(pass, pixels, layout),
                      layout.rotation(manager),
                      model.vision().runs(layout, 0));
          fixture.check("mid/vis_block0_head", first.squeeze(0).get(blockRows));
          NDArray visual = model.visualTokens(pass, frames);
          fixture.check(
              "mid/vis_out_head", visual.get("::" + strides.group(2) + ", ::" + strides.group(3)));
          NDArray hidden = model.hiddenStates(pass, input.tokens(), frames);
          wideScores(fixture, model.logits(pass, hidden).squeeze(0));
        });
  }

  private static void wideScores(ParityFixture fixture, NDArray logits) {
    fixture.check("out/argmax_per_position", logits.argMax(1));
    NDArray last = logits.get(-1);
    for (String tensor : fixture.names()) {
      if (tensor.startsWith(LAST_LOGITS)) {
        fixture.check(tensor, last.get("::" + tensor.substring(LAST_LOGITS.length())));
      }
    }
    int kept = (int) fixture.shape("out/top10_vals_last")[0];
    NDList top = last.topK(kept, 0);
    fixture.check("out/top10_vals_last", top.get(0));
    fixture.check("out/top10_ids_last", top.get(1));
    NDArray largest = logits.max(new int[] {1}, true);
    fixture.check(
        "out/logsumexp_per_position",
        logits.sub(largest).exp().sum(new int[] {1}).log().add(largest.squeeze(1)));
  }

  /** A mask of attended tokens, or null where none is padding. */
  static boolean[][] attended(long[] mask, int batch, int length) {
    if (mask == null || Arrays.stream(mask).allMatch(value -> value == 1)) {
      return null;
    }
    boolean[][] attended = new boolean[batch][length];
    for (int i = 0; i < mask.length; i++) {
      attended[i / length][i % length] = mask[i] == 1;
    }
    return attended;
  }
}
