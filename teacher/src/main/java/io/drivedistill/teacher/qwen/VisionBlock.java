package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.nn.Attention;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.RmsNorm;
import java.util.List;

/**
 * A block of the vision tower: pre-norm attention within windows or over the whole frame, then the
 * gated feed-forward part (SPEC-qwen2_5_vl section 3.4).
 */
final class VisionBlock extends Module {
  private static final double NORM_EPSILON = 1e-6;

  private final RmsNorm norm1;
  private final RmsNorm norm2;
  private final WindowAttention attention;
  private final GatedFeedForward mlp;

  VisionBlock(QwenConfig.Vision config) {
    int size = config.hiddenSize();
    norm1 = child("norm1", new RmsNorm(size, NORM_EPSILON));
    norm2 = child("norm2", new RmsNorm(size, NORM_EPSILON));
    attention = child("attn", new WindowAttention(size, config.heads()));
    mlp = child("mlp", new GatedFeedForward(size, config.intermediateSize(), true));
  }

  /**
   * @param x [F, P, C] in window order
   * @param runs which patches attend to each other
   * @return the same shape
   */
  NDArray forward(Pass pass, NDArray x, Rotation rotation, List<WindowOrder.Run> runs) {
    NDArray attended = attention.forward(pass, norm1.forward(pass, x), rotation, runs);
    NDArray sum = x.add(attended);
    return sum.add(mlp.forward(pass, norm2.forward(pass, sum)));
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    throw new UnsupportedOperationException("Called through QwenVision");
  }

  /** Parameters {@code qkv [3C, C]} with bias and {@code proj [C, C]} with bias. */
  private static final class WindowAttention extends Module {
    private final int heads;
    private final Linear qkv;
    private final Linear proj;

    WindowAttention(int size, int heads) {
      this.heads = heads;
      qkv = child("qkv", new Linear(size, 3 * size));
      proj = child("proj", new Linear(size, size));
    }

    NDArray forward(Pass pass, NDArray x, Rotation rotation, List<WindowOrder.Run> runs) {
      NDList parts = qkv.forward(pass, x).split(3, 2);
      NDArray query = rotation.apply(Attention.split(parts.get(0), heads));
      NDArray key = rotation.apply(Attention.split(parts.get(1), heads));
      NDArray value = Attention.split(parts.get(2), heads);
      NDList results = new NDList();
      for (WindowOrder.Run run : runs) {
        NDArray attended =
            Attention.attend(windows(query, run), windows(key, run), windows(value, run));
        results.add(attended.reshape(-1, heads, (long) run.count() * run.size(), headSize(x)));
      }
      NDArray joined =
          results.size() == 1 ? results.get(0) : ai.djl.ndarray.NDArrays.concat(results, 2);
      return proj.forward(pass, Attention.merge(joined));
    }

    private long headSize(NDArray x) {
      return x.getShape().get(2) / heads;
    }

    /** [F, heads, P, D] to [F, heads, windows, patches of a window, D]. */
    private NDArray windows(NDArray x, WindowOrder.Run run) {
      Shape shape = x.getShape();
      long end = run.first() + (long) run.count() * run.size();
      NDArray part =
          end - run.first() == shape.get(2) ? x : x.get(":, :, " + run.first() + ":" + end);
      return part.reshape(-1, heads, run.count(), run.size(), shape.get(3));
    }

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      throw new UnsupportedOperationException("Called through VisionBlock");
    }
  }
}
