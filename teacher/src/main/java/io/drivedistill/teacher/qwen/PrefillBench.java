package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.drivedistill.nn.Bfloat16;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.nn.Weights;
import io.drivedistill.teacher.image.PatchGrid;
import io.drivedistill.teacher.image.Patches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How fast a prefill runs at the widths of Qwen2.5-VL-3B: each kind of layer is timed alone with
 * random weights, and the full depth is the sum over all layers. The vocabulary is cut to a few
 * rows, since a prefill that reads 16 codes touches no more.
 */
public final class PrefillBench implements AutoCloseable {
  private static final int WINDOWED_BLOCKS = 28;
  private static final int FULL_BLOCKS = 4;
  private static final int LAYERS = 36;
  private static final int WORDS = 48;
  private static final QwenConfig CONFIG =
      new QwenConfig(
          new QwenConfig.Text(
              64, 2048, 11008, 1, 16, 2, 1e-6, 1e6, List.of(16, 24, 24), true, 0.02),
          new QwenConfig.Vision(2, 1280, 3420, 16, 2048, Patches.PUBLISHED, 112, Set.of(1), 2),
          new QwenConfig.Markers(60, 61, 62, 63));

  private final NDManager manager = TensorLibrary.newManager();
  private final QwenVl model = new QwenVl(CONFIG);
  private final PatchGrid grid;
  private final int pictures;
  private final int runs;
  private final NDArray patches;

  /**
   * Makes the layers.
   *
   * @param pictures camera pictures of a scene
   * @param heightPx of a picture, a multiple of 28
   * @param widthPx of a picture, a multiple of 28
   * @param runs how often each is timed; the median counts
   */
  public PrefillBench(
      WeightPrecision precision, int pictures, int heightPx, int widthPx, int runs) {
    this.pictures = pictures;
    this.runs = runs;
    grid =
        new PatchGrid(1, heightPx / Patches.PUBLISHED.side(), widthPx / Patches.PUBLISHED.side());
    Inference.run(
        () ->
            Weights.of(model)
                .values()
                .forEach(
                    parameter -> {
                      Shape shape = parameter.getShape();
                      NDArray drawn = manager.randomNormal(0, 0.02f, shape, DataType.FLOAT32);
                      boolean narrow =
                          precision == WeightPrecision.BFLOAT16 && shape.dimension() > 1;
                      Weights.set(parameter, narrow ? Bfloat16.of(drawn) : drawn);
                      if (narrow) {
                        drawn.close();
                      }
                    }));
    patches =
        manager.randomNormal(
            new Shape(pictures, grid.patches(), CONFIG.vision().patches().length()));
  }

  /**
   * Median times.
   *
   * @param tokens of the prompt, pictures included
   * @param enterMs patch embedding and merger
   * @param windowedMs a vision block within windows
   * @param fullMs a vision block over whole pictures
   * @param layerMs a decoder layer
   * @param plainLayerMs the same decoder layer written in plain DJL calls; 0 where not timed
   */
  public record Times(
      int tokens,
      double enterMs,
      double windowedMs,
      double fullMs,
      double layerMs,
      double plainLayerMs) {
    /** Tokens per second through two vision blocks and one decoder layer. */
    public double measuredTokensPerS() {
      return 1000 * tokens / (enterMs + windowedMs + fullMs + layerMs);
    }

    /** Time of a prefill at full depth: 28 windowed and 4 full blocks, 36 layers. */
    public double fullDepthMs() {
      return enterMs + WINDOWED_BLOCKS * windowedMs + FULL_BLOCKS * fullMs + LAYERS * layerMs;
    }

    /** Tokens per second at full depth. */
    public double fullDepthTokensPerS() {
      return 1000 * tokens / fullDepthMs();
    }
  }

  /** Times everything. */
  public Times run() {
    return Inference.run(
        () -> {
          int tokens = WORDS + pictures * grid.tokens(CONFIG.vision().patches().merge());
          NDArray text = manager.randomNormal(new Shape(1, tokens, CONFIG.text().hiddenSize()));
          long[] ids = new long[tokens];
          List<RotaryPositions> positions =
              new TokenBatch(new long[][] {ids}, null, List.of(List.of())).positions(CONFIG);
          Rotation rotation = RotaryPositions.rotation(manager, positions, CONFIG.text(), null);
          NDArray mask =
              DecoderMask.of(
                  manager, null, 0, tokens, CONFIG.text().heads() / CONFIG.text().keyValueHeads());
          DecoderLayer layer = model.decoder().layers().get(0);
          VisionLayout layout = new VisionLayout(CONFIG.vision(), grid.rows(), grid.columns());
          QwenVision vision = model.vision();
          NDArray entered = vision.enter(pass(manager), patches, layout);
          Rotation turned = layout.rotation(manager);
          PlainDecoderLayer plain =
              Bfloat16.holds(Weights.of(model).get("model.layers.0.mlp.up_proj.weight").getArray())
                  ? null
                  : new PlainDecoderLayer(Weights.of(layer), CONFIG.text());
          List<Step> steps = new ArrayList<>();
          steps.add(
              scratch ->
                  vision.merged(
                      pass(scratch),
                      vision.enter(pass(scratch), borrowed(patches, scratch), layout)));
          for (int block = 0; block < 2; block++) {
            int index = block;
            steps.add(
                scratch ->
                    vision
                        .blocks()
                        .get(index)
                        .forward(
                            pass(scratch),
                            borrowed(entered, scratch),
                            turned,
                            vision.runs(layout, index)));
          }
          steps.add(
              scratch ->
                  layer.forward(pass(scratch), borrowed(text, scratch), rotation, mask, null));
          if (plain != null) {
            steps.add(scratch -> plain.forward(borrowed(text, scratch), rotation, mask));
          }
          double[] median = medians(steps);
          return new Times(
              tokens, median[0], median[1], median[2], median[3], plain == null ? 0 : median[4]);
        });
  }

  /** A copy that lives as long as one run, as activations do. */
  private static NDArray borrowed(NDArray array, NDManager scratch) {
    NDArray copy = array.duplicate();
    copy.attach(scratch);
    return copy;
  }

  private static Pass pass(NDManager owner) {
    return new Pass(new ParameterStore(owner, false), owner.getDevice(), false);
  }

  private interface Step {
    NDArray run(NDManager scratch);
  }

  /** Times the steps in turn, so that a busy moment of the machine meets all of them. */
  private double[] medians(List<Step> steps) {
    double[][] times = new double[steps.size()][runs];
    for (int run = -1; run < runs; run++) {
      for (int i = 0; i < times.length; i++) {
        try (NDManager scratch = manager.newSubManager()) {
          long start = System.nanoTime();
          // Reading a number waits for the result.
          steps.get(i).run(scratch).sum().getFloat();
          if (run >= 0) {
            times[i][run] = (System.nanoTime() - start) / 1e6;
          }
        }
      }
    }
    double[] medians = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      Arrays.sort(times[i]);
      medians[i] = times[i][runs / 2];
    }
    return medians;
  }

  /** Frees the layers. */
  @Override
  public void close() {
    manager.close();
  }
}
