package io.drivedistill.student.transfuser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Attention;
import io.drivedistill.nn.Dropout;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Layer;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * Self-attention over the cells of an image map and a LiDAR map together (SPEC-transfuser section
 * 2): learned positions, pre-norm blocks with ReLU, final normalisation.
 */
final class FusionTransformer extends Module {
  private static final double WEIGHT_DEVIATION = 0.02;

  private final int imageTokens;
  private final Parameter positions;
  private final Dropout dropout;
  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm last;

  FusionTransformer(int channels, TransfuserConfig.Fusion sizes) {
    imageTokens = sizes.imageTokens();
    positions =
        parameter(
            "pos_emb", Initialization.zeros(), 1, imageTokens + sizes.lidarTokens(), channels);
    dropout = new Dropout(sizes.dropout());
    for (int i = 0; i < sizes.layers(); i++) {
      blocks.add(child("blocks." + i, new Block(channels, sizes)));
    }
    last = child("ln_f", new LayerNorm(channels));
  }

  /** Two maps [B, C, h, w] of token size to the same. */
  NDList fuse(Pass pass, NDArray image, NDArray lidar) {
    NDArray x = tokens(image).concat(tokens(lidar), 1).add(pass.value(positions));
    x = dropout.forward(pass, x);
    for (Block block : blocks) {
      x = block.forward(pass, x);
    }
    x = last.forward(pass, x);
    NDList parts = x.split(new long[] {imageTokens}, 1);
    return new NDList(map(parts.get(0), image.getShape()), map(parts.get(1), lidar.getShape()));
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return fuse(pass, inputs.get(0), inputs.get(1));
  }

  /** [B, C, h, w] to [B, h·w, C]. */
  static NDArray tokens(NDArray map) {
    Shape shape = map.getShape();
    return map.reshape(-1, shape.get(1), shape.get(2) * shape.get(3)).transpose(0, 2, 1);
  }

  private static NDArray map(NDArray tokens, Shape shape) {
    return tokens.transpose(0, 2, 1).reshape(-1, shape.get(1), shape.get(2), shape.get(3));
  }

  private static final class Block extends Layer {
    private final LayerNorm ln1;
    private final SelfAttention attention;
    private final LayerNorm ln2;
    private final Linear up;
    private final Linear down;
    private final Dropout dropout;

    Block(int channels, TransfuserConfig.Fusion sizes) {
      int hidden = channels * sizes.expansion();
      ln1 = child("ln1", new LayerNorm(channels));
      ln2 = child("ln2", new LayerNorm(channels));
      attention = child("attn", new SelfAttention(channels, sizes));
      up = child("mlp.0", Linear.normal(channels, hidden, WEIGHT_DEVIATION));
      down = child("mlp.2", Linear.normal(hidden, channels, WEIGHT_DEVIATION));
      dropout = new Dropout(sizes.dropout());
    }

    @Override
    public NDArray forward(Pass pass, NDArray x) {
      NDArray seen = x.add(attention.forward(pass, ln1.forward(pass, x)));
      NDArray hidden = Activation.relu(up.forward(pass, ln2.forward(pass, seen)));
      return seen.add(dropout.forward(pass, down.forward(pass, hidden)));
    }
  }

  private static final class SelfAttention extends Layer {
    private final int heads;
    private final Linear key;
    private final Linear query;
    private final Linear value;
    private final Linear projection;
    private final Dropout dropout;

    SelfAttention(int channels, TransfuserConfig.Fusion sizes) {
      heads = sizes.heads();
      key = child("key", Linear.normal(channels, channels, WEIGHT_DEVIATION));
      query = child("query", Linear.normal(channels, channels, WEIGHT_DEVIATION));
      value = child("value", Linear.normal(channels, channels, WEIGHT_DEVIATION));
      projection = child("proj", Linear.normal(channels, channels, WEIGHT_DEVIATION));
      dropout = new Dropout(sizes.dropout());
    }

    @Override
    public NDArray forward(Pass pass, NDArray x) {
      NDArray mixed =
          Attention.attend(
              Attention.split(query.forward(pass, x), heads),
              Attention.split(key.forward(pass, x), heads),
              Attention.split(value.forward(pass, x), heads),
              null,
              dropout,
              pass);
      return dropout.forward(pass, projection.forward(pass, Attention.merge(mixed)));
    }
  }
}
