package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.RmsNorm;
import io.drivedistill.teacher.image.Patches;
import java.util.ArrayList;
import java.util.List;

/** The vision tower (SPEC-qwen2_5_vl section 3): frames of patches to merged visual tokens. */
final class QwenVision extends Module {
  private final QwenConfig.Vision config;
  private final PatchEmbedding embedding;
  private final List<VisionBlock> blocks = new ArrayList<>();
  private final Merger merger;

  QwenVision(QwenConfig.Vision config) {
    this.config = config;
    embedding = child("patch_embed", new PatchEmbedding(config));
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(child("blocks." + i, new VisionBlock(config)));
    }
    merger = child("merger", new Merger(config));
  }

  /**
   * @param patches [F, rows·columns, patch length] of frames with one size, normalised, in
   *     merge-block order
   * @return [F, merged cells, output size] in raster order
   */
  NDArray forward(Pass pass, NDArray patches, int rows, int columns) {
    VisionLayout layout = new VisionLayout(config, rows, columns);
    NDArray merged = windowOrder(pass, patches, layout);
    return Rows.reorder(merged, layout.order().places());
  }

  /** Like forward, but in window order. */
  NDArray windowOrder(Pass pass, NDArray patches, VisionLayout layout) {
    NDArray x = enter(pass, patches, layout);
    Rotation rotation = layout.rotation(x.getManager());
    for (int i = 0; i < blocks.size(); i++) {
      x = blocks.get(i).forward(pass, x, rotation, runs(layout, i));
    }
    return merged(pass, x);
  }

  /** Joins merge² patches each: [F, P, C] to [F, cells, output size]. */
  NDArray merged(Pass pass, NDArray x) {
    return merger.forward(pass, x);
  }

  /** Embedded patches [F, P, C] in window order. */
  NDArray enter(Pass pass, NDArray patches, VisionLayout layout) {
    long merge = config.patches().merge();
    long count = patches.getShape().get(1);
    NDArray groups =
        embedding
            .forward(pass, patches)
            .reshape(-1, count / (merge * merge), merge * merge * config.hiddenSize());
    return Rows.reorder(groups, layout.order().cells()).reshape(-1, count, config.hiddenSize());
  }

  /** Which patches attend to each other in a block. */
  List<WindowOrder.Run> runs(VisionLayout layout, int block) {
    int perCell = config.patches().merge() * config.patches().merge();
    if (config.fullAttentionBlocks().contains(block)) {
      return List.of(new WindowOrder.Run(0, 1, layout.order().cells().length * perCell));
    }
    return layout.order().runs().stream()
        .map(run -> new WindowOrder.Run(run.first() * perCell, run.count(), run.size() * perCell))
        .toList();
  }

  PatchEmbedding embedding() {
    return embedding;
  }

  List<VisionBlock> blocks() {
    return blocks;
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    throw new UnsupportedOperationException("Called through QwenVl");
  }

  /** A product with {@code proj.weight [C, 3, frames, side, side]}, which is a convolution. */
  static final class PatchEmbedding extends Module {
    private final Parameter weight;
    private final long length;

    PatchEmbedding(QwenConfig.Vision config) {
      Patches patches = config.patches();
      length = patches.length();
      weight =
          parameter(
              "proj.weight",
              new Initialization.FanIn(1),
              config.hiddenSize(),
              length / ((long) patches.framesPerPatch() * patches.side() * patches.side()),
              patches.framesPerPatch(),
              patches.side(),
              patches.side());
    }

    NDArray forward(Pass pass, NDArray patches) {
      NDArray matrix = pass.value(weight).reshape(new Shape(-1, length));
      // A view of a parameter would otherwise live as long as the parameter.
      matrix.attach(patches.getManager());
      return Linear.product(patches, matrix, null);
    }

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      return new NDList(forward(pass, inputs.singletonOrThrow()));
    }
  }

  /** Joins groups of merge² patches: norm, concatenation, two linear layers with exact GELU. */
  private static final class Merger extends Module {
    private final RmsNorm norm;
    private final Linear first;
    private final Linear second;
    private final int joined;
    private final int perCell;

    Merger(QwenConfig.Vision config) {
      perCell = config.patches().merge() * config.patches().merge();
      joined = config.hiddenSize() * perCell;
      norm = child("ln_q", new RmsNorm(config.hiddenSize(), 1e-6));
      first = child("mlp.0", new Linear(joined, joined));
      second = child("mlp.2", new Linear(joined, config.outputSize()));
    }

    NDArray forward(Pass pass, NDArray x) {
      NDArray groups = norm.forward(pass, x).reshape(-1, x.getShape().get(1) / perCell, joined);
      return second.forward(pass, Activation.gelu(first.forward(pass, groups)));
    }

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      return new NDList(forward(pass, inputs.singletonOrThrow()));
    }
  }
}
