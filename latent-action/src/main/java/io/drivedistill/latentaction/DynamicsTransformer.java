package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * The common trunk of inverse and forward dynamics (SPEC-lam A3, A5): input block, a fixed sinusoid
 * over the token index, blocks. Condition tokens join after the positions and get neither.
 */
final class DynamicsTransformer extends Module {
  private final int width;
  private final LayerNorm normIn;
  private final Linear project;
  private final LayerNorm normOut;
  private final List<SpatioTemporalBlock> blocks = new ArrayList<>();
  private final Linear out;

  private DynamicsTransformer(
      int inWidth, int width, int heads, int depth, boolean acrossFrames, int outWidth) {
    this.width = width;
    normIn = child("ffn.0", new LayerNorm(inWidth));
    project = child("ffn.1", new Linear(inWidth, width));
    normOut = child("ffn.2", new LayerNorm(width));
    for (int i = 0; i < depth; i++) {
      blocks.add(
          child(
              "transformer_blocks." + i,
              acrossFrames
                  ? SpatioTemporalBlock.acrossFrames(width, heads)
                  : SpatioTemporalBlock.withinFrames(width, heads)));
    }
    out = outWidth == 0 ? null : child("out", new Linear(width, outWidth));
  }

  /** Encoder: features of both frames to tokens, no output projection. */
  static DynamicsTransformer inverse(LatentActionConfig config) {
    return new DynamicsTransformer(
        config.featureWidth(), config.width(), config.heads(), config.encoderBlocks(), true, 0);
  }

  /** Decoder: first frame and codes to features of the second frame. */
  static DynamicsTransformer forward(LatentActionConfig config) {
    return new DynamicsTransformer(
        config.width(),
        config.width(),
        config.heads(),
        config.decoderBlocks(),
        false,
        config.featureWidth());
  }

  /**
   * @param x [B, T, N, C]
   * @param condition [B, T, L, width], appended, or null
   * @param mask [B·T, 1, 1, N + L] added to the scores, or null
   * @return [B, T, N + L, width or output width]
   */
  NDArray forward(Pass pass, NDArray x, NDArray condition, NDArray mask) {
    NDArray tokens = normOut.forward(pass, project.forward(pass, normIn.forward(pass, x)));
    int count = (int) tokens.getShape().get(2);
    tokens = tokens.add(Constants.of(x.getManager(), sinusoid(count, width), 1, 1, count, width));
    if (condition != null) {
      tokens = NDArrays.concat(new NDList(tokens, condition), 2);
    }
    for (SpatioTemporalBlock block : blocks) {
      tokens = block.forward(pass, tokens, mask);
    }
    return out == null ? tokens : out.forward(pass, tokens);
  }

  /** Input [B, T, N, C]; runs without condition. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return new NDList(forward(pass, inputs.singletonOrThrow(), null, null));
  }

  /** Sine on even, cosine on odd channels, base 10000. */
  static float[] sinusoid(int tokens, int channels) {
    float[] table = new float[tokens * channels];
    for (int channel = 0; channel < channels; channel += 2) {
      float frequency = (float) Math.exp(channel * (-Math.log(10000.0) / channels));
      for (int token = 0; token < tokens; token++) {
        float angle = token * frequency;
        table[token * channels + channel] = (float) Math.sin(angle);
        table[token * channels + channel + 1] = (float) Math.cos(angle);
      }
    }
    return table;
  }
}
