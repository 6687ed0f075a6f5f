package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * PyTorch's {@code nn.TransformerDecoderLayer}, batch first, normalising after each residual sum.
 * Children {@code self_attn}, {@code multihead_attn}, {@code linear1}, {@code linear2}, {@code
 * norm1} to {@code norm3}.
 */
public final class TransformerDecoderLayer extends Module {
  private final MultiHeadAttention selfAttention;
  private final MultiHeadAttention crossAttention;
  private final Linear linear1;
  private final Linear linear2;
  private final LayerNorm norm1;
  private final LayerNorm norm2;
  private final LayerNorm norm3;
  private final Dropout dropout;
  private final Nonlinearity nonlinearity;

  /** With ReLU, PyTorch's default. */
  public TransformerDecoderLayer(int channels, int heads, int hidden, double dropoutRate) {
    this(channels, heads, hidden, dropoutRate, Nonlinearity.RELU);
  }

  /**
   * @param hidden width between the two linear layers
   * @param dropoutRate of attention weights, hidden values and the three branches
   */
  public TransformerDecoderLayer(
      int channels, int heads, int hidden, double dropoutRate, Nonlinearity nonlinearity) {
    this.nonlinearity = nonlinearity;
    selfAttention = child("self_attn", new MultiHeadAttention(channels, heads, dropoutRate));
    crossAttention = child("multihead_attn", new MultiHeadAttention(channels, heads, dropoutRate));
    linear1 = child("linear1", new Linear(channels, hidden));
    linear2 = child("linear2", new Linear(hidden, channels));
    norm1 = child("norm1", new LayerNorm(channels));
    norm2 = child("norm2", new LayerNorm(channels));
    norm3 = child("norm3", new LayerNorm(channels));
    dropout = new Dropout(dropoutRate);
  }

  /** Without masks. */
  public NDArray forward(Pass pass, NDArray queries, NDArray memory) {
    return forward(pass, queries, memory, null, null);
  }

  /**
   * @param queries [B, N, C]
   * @param memory [B, M, C]
   * @param queryMask added to the scores of self-attention, broadcastable to [B, heads, N, N], or
   *     null
   * @param memoryMask added to the scores of cross-attention, broadcastable to [B, heads, N, M], or
   *     null
   * @return [B, N, C]
   */
  public NDArray forward(
      Pass pass, NDArray queries, NDArray memory, NDArray queryMask, NDArray memoryMask) {
    NDArray own = selfAttention.forward(pass, queries, queries, queries, queryMask);
    NDArray first = norm1.forward(pass, queries.add(dropout.forward(pass, own)));
    NDArray seen = crossAttention.forward(pass, first, memory, memory, memoryMask);
    NDArray second = norm2.forward(pass, first.add(dropout.forward(pass, seen)));
    NDArray hidden = nonlinearity.of(linear1.forward(pass, second));
    NDArray third = linear2.forward(pass, dropout.forward(pass, hidden));
    return norm3.forward(pass, second.add(dropout.forward(pass, third)));
  }

  /** Queries and memory to one array. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return new NDList(forward(pass, inputs.get(0), inputs.get(1)));
  }
}
