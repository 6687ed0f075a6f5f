package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;

/**
 * Multi-head attention with PyTorch's packed parameters ({@code nn.MultiheadAttention}, batch
 * first): {@code in_proj_weight [3E, E]} and {@code in_proj_bias [3E]}, rows in the order query,
 * key, value; {@code out_proj.weight [E, E]}, {@code out_proj.bias [E]}.
 */
public final class MultiHeadAttention extends Module {
  private final int channels;
  private final int heads;
  private final Parameter inWeight;
  private final Parameter inBias;
  private final Linear out;
  private final Dropout dropout;

  /**
   * @param channels E, a multiple of {@code heads}
   * @param dropoutRate applied to the attention weights in training
   */
  public MultiHeadAttention(int channels, int heads, double dropoutRate) {
    if (channels % heads != 0) {
      throw new IllegalArgumentException(channels + " channels do not divide into " + heads);
    }
    this.channels = channels;
    this.heads = heads;
    // Xavier over the packed matrix, as PyTorch does: bound √(6 / (E + 3E)).
    inWeight =
        parameter(
            "in_proj_weight",
            new Initialization.Uniform((float) Math.sqrt(1.5 / channels)),
            3L * channels,
            channels);
    inBias = parameter("in_proj_bias", Initialization.zeros(), 3L * channels);
    out = child("out_proj", Linear.zeroBias(channels, channels));
    dropout = new Dropout(dropoutRate);
  }

  /** Self-attention without mask: [B, N, E] to the same. */
  public NDArray forward(Pass pass, NDArray x) {
    return forward(pass, x, x, x, null);
  }

  /**
   * Attention of queries to keys. The projections of arguments that are the same object are done in
   * one product.
   *
   * @param query [B, N, E]
   * @param key [B, M, E]
   * @param value [B, M, E]
   * @param mask added to the scores, broadcastable to [B, heads, N, M], or null
   * @return [B, N, E]
   */
  public NDArray forward(Pass pass, NDArray query, NDArray key, NDArray value, NDArray mask) {
    NDArray weight = pass.value(inWeight);
    NDArray bias = pass.value(inBias);
    NDArray q;
    NDArray k;
    NDArray v;
    if (query == key && key == value) {
      NDList parts = linear(query, weight, bias).split(3, 2);
      q = parts.get(0);
      k = parts.get(1);
      v = parts.get(2);
    } else {
      q = project(query, weight, bias, 0, 1);
      if (key == value) {
        NDList parts = project(key, weight, bias, 1, 3).split(2, 2);
        k = parts.get(0);
        v = parts.get(1);
      } else {
        k = project(key, weight, bias, 1, 2);
        v = project(value, weight, bias, 2, 3);
      }
    }
    NDArray attended =
        Attention.attend(
            Attention.split(q, heads),
            Attention.split(k, heads),
            Attention.split(v, heads),
            mask,
            dropout,
            pass);
    return out.forward(pass, Attention.merge(attended));
  }

  /** One or more of the three stacked projections. */
  private NDArray project(NDArray x, NDArray weight, NDArray bias, int from, int to) {
    return linear(x, rows(x, weight, from, to), rows(x, bias, from, to));
  }

  private NDArray rows(NDArray x, NDArray packed, int from, int to) {
    NDArray rows = packed.get((long) from * channels + ":" + (long) to * channels);
    // A view would belong to the parameter's manager and pile up there.
    NDManager owner = x.getManager();
    rows.attach(owner);
    return rows;
  }

  private static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return ai.djl.nn.core.Linear.linear(x, weight, bias).singletonOrThrow();
  }

  /** One array: self-attention; two: query and the memory it attends to. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDArray memory = inputs.get(inputs.size() - 1);
    return new NDList(forward(pass, inputs.head(), memory, memory, null));
  }
}
