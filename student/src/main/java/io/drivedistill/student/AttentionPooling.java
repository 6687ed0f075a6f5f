package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Attention;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Layer;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Nonlinearity;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;

/**
 * Pools any number of hidden states into a few vectors by multi-head attention of learned queries
 * (SPEC-lam A8, UniVLA's MAP block), post-norm, with its parameter names: {@code latents}, {@code
 * projection}, {@code attn.q}, {@code attn.kv}, {@code attn.proj}, {@code attn_norm.g}, {@code
 * mlp.0.project}, {@code mlp.1}, {@code mlp_norm.g}.
 */
public final class AttentionPooling extends Layer {
  private static final double LATENT_DEVIATION = 0.02;
  private static final int MLP_RATIO = 4;

  private final int heads;
  private final Parameter latents;
  private final Linear projection;
  private final Linear query;
  private final Linear keyValue;
  private final Linear mixed;
  private final Norm attentionNorm;
  private final Linear gated;
  private final Linear down;
  private final Norm mlpNorm;

  /**
   * @param count vectors made of one sample
   * @param in channels of the hidden states
   * @param channels channels of the vectors, a multiple of {@code heads}
   */
  public AttentionPooling(int count, int in, int channels, int heads) {
    if (channels % heads != 0) {
      throw new IllegalArgumentException(
          "Pooling into " + channels + " channels does not divide into " + heads + " heads");
    }
    this.heads = heads;
    int hidden = MLP_RATIO * channels;
    latents =
        parameter("latents", new Initialization.Normal((float) LATENT_DEVIATION), count, channels);
    projection = child("projection", new Linear(in, channels));
    attentionNorm = child("attn_norm", new Norm(channels));
    query = child("attn.q", new Linear(channels, channels, false));
    keyValue = child("attn.kv", new Linear(channels, 2 * channels, false));
    mixed = child("attn.proj", new Linear(channels, channels));
    mlpNorm = child("mlp_norm", new Norm(channels));
    gated = child("mlp.0.project", new Linear(channels, 2 * hidden));
    down = child("mlp.1", new Linear(hidden, channels));
  }

  /** [B, N, in] to [B, count, channels]. */
  @Override
  public NDArray forward(Pass pass, NDArray hiddenStates) {
    return pool(pass, hiddenStates, pass.value(latents).expandDims(0));
  }

  /**
   * Pools with queries that depend on the sample.
   *
   * @param hiddenStates [B, N, in]
   * @param shift added to the learned queries, [B, count or 1, channels]
   * @return [B, count, channels]
   */
  public NDArray forward(Pass pass, NDArray hiddenStates, NDArray shift) {
    return pool(pass, hiddenStates, pass.value(latents).expandDims(0).add(shift));
  }

  private NDArray pool(Pass pass, NDArray hiddenStates, NDArray asked) {
    NDList keysAndValues =
        keyValue.forward(pass, projection.forward(pass, hiddenStates)).split(2, 2);
    NDArray seen =
        Attention.attend(
            Attention.split(query.forward(pass, asked), heads),
            Attention.split(keysAndValues.get(0), heads),
            Attention.split(keysAndValues.get(1), heads));
    NDArray x = attentionNorm.forward(pass, asked.add(mixed.forward(pass, Attention.merge(seen))));
    NDList halves = gated.forward(pass, x).split(2, 2);
    NDArray hidden = halves.get(0).mul(Nonlinearity.SILU.of(halves.get(1)));
    return mlpNorm.forward(pass, x.add(down.forward(pass, hidden)));
  }

  /** x / max(‖x‖/√C, 1e-8) · g. */
  private static final class Norm extends Layer {
    private static final double FLOOR = 1e-8;

    private final Parameter gain;
    private final double shrink;

    Norm(int channels) {
      gain = parameter("g", Initialization.ones(), channels);
      shrink = 1 / Math.sqrt(channels);
    }

    @Override
    public NDArray forward(Pass pass, NDArray x) {
      NDArray length = x.square().sum(new int[] {-1}, true).sqrt();
      NDArray rms = Scalars.atLeast(Scalars.scale(length, shrink), FLOOR);
      return x.div(rms).mul(pass.value(gain));
    }
  }
}
