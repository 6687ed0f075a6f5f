package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Attention;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Nonlinearity;
import io.drivedistill.nn.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets a planner's bird's-eye-view tokens attend to guidance (LatentVLA, SPEC-lam B1): pre-norm
 * cross-attention and MLP with residuals. Both end in projections that start at zero, so that a
 * guided student starts as exactly its baseline.
 */
public final class LatentFusion extends Module {
  private static final Initialization SMALL = new Initialization.Normal(0.02f);

  private final Linear codeEmbedding;
  private final Parameter codePositions;
  private final List<Block> blocks = new ArrayList<>();

  LatentFusion(int bevChannels, GuidanceConfig config) {
    GuidanceConfig.Teacher teacher = config.teacher();
    codeEmbedding =
        config.codesToo()
            ? child("codes", new Linear(teacher.codes(), config.channels(), false))
            : null;
    codePositions =
        config.codesToo()
            ? parameter("code_positions", SMALL, 1, teacher.codePositions(), config.channels())
            : null;
    for (int i = 0; i < config.fusion().layers(); i++) {
      blocks.add(child("blocks." + i, new Block(bevChannels, config.channels(), config.fusion())));
    }
  }

  /**
   * @param bevTokens [B, N, C]
   * @return [B, N, C]
   */
  NDArray forward(Pass pass, NDArray bevTokens, Guidance.Signals signals) {
    NDArray guidance = signals.features();
    if (codeEmbedding != null) {
      NDArray codes = codeEmbedding.forward(pass, signals.codeLogits().softmax(-1));
      guidance = guidance.concat(codes.add(pass.value(codePositions)), 1);
    }
    NDArray x = bevTokens;
    for (Block block : blocks) {
      x = block.forward(pass, x, guidance);
    }
    return x;
  }

  /** BEV tokens, features, code logits to BEV tokens. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    Guidance.Signals signals = new Guidance.Signals(inputs.get(1), inputs.get(inputs.size() - 1));
    return new NDList(forward(pass, inputs.get(0), signals));
  }

  private static final class Block extends Module {
    private final int heads;
    private final LayerNorm norm1;
    private final LayerNorm guidanceNorm;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final LayerNorm norm2;
    private final Linear up;
    private final Linear down;

    Block(int channels, int guidanceChannels, GuidanceConfig.Fusion sizes) {
      if (channels % sizes.heads() != 0) {
        throw new IllegalArgumentException(
            "fusion.heads is " + sizes.heads() + ", no divisor of " + channels + " BEV channels");
      }
      heads = sizes.heads();
      norm1 = child("norm1", new LayerNorm(channels));
      guidanceNorm = child("guidance_norm", new LayerNorm(guidanceChannels));
      query = child("attn.q", new Linear(channels, channels));
      key = child("attn.k", new Linear(guidanceChannels, channels));
      value = child("attn.v", new Linear(guidanceChannels, channels));
      out = child("attn.out", Linear.zero(channels, channels));
      norm2 = child("norm2", new LayerNorm(channels));
      up = child("mlp.0", new Linear(channels, sizes.feedForward()));
      down = child("mlp.2", Linear.zero(sizes.feedForward(), channels));
    }

    NDArray forward(Pass pass, NDArray x, NDArray guidance) {
      NDArray memory = guidanceNorm.forward(pass, guidance);
      NDArray seen =
          Attention.attend(
              Attention.split(query.forward(pass, norm1.forward(pass, x)), heads),
              Attention.split(key.forward(pass, memory), heads),
              Attention.split(value.forward(pass, memory), heads));
      NDArray guided = x.add(out.forward(pass, Attention.merge(seen)));
      NDArray hidden = Nonlinearity.GELU.of(up.forward(pass, norm2.forward(pass, guided)));
      return guided.add(down.forward(pass, hidden));
    }

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      return new NDList(forward(pass, inputs.get(0), inputs.get(1)));
    }
  }
}
