package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/**
 * PyTorch's {@code nn.TransformerEncoderLayer}, batch first, normalising after each residual sum.
 * Children {@code self_attn}, {@code linear1}, {@code linear2}, {@code norm1}, {@code norm2}.
 */
public final class TransformerEncoderLayer extends Layer {
  private final MultiHeadAttention selfAttention;
  private final Linear linear1;
  private final Linear linear2;
  private final LayerNorm norm1;
  private final LayerNorm norm2;
  private final Dropout dropout;
  private final Nonlinearity nonlinearity;

  /** With ReLU, PyTorch's default. */
  public TransformerEncoderLayer(int channels, int heads, int hidden, double dropoutRate) {
    this(channels, heads, hidden, dropoutRate, Nonlinearity.RELU);
  }

  /**
   * @param hidden width between the two linear layers
   * @param dropoutRate of attention weights, hidden values and both branches
   */
  public TransformerEncoderLayer(
      int channels, int heads, int hidden, double dropoutRate, Nonlinearity nonlinearity) {
    this.nonlinearity = nonlinearity;
    selfAttention = child("self_attn", new MultiHeadAttention(channels, heads, dropoutRate));
    linear1 = child("linear1", new Linear(channels, hidden));
    linear2 = child("linear2", new Linear(hidden, channels));
    norm1 = child("norm1", new LayerNorm(channels));
    norm2 = child("norm2", new LayerNorm(channels));
    dropout = new Dropout(dropoutRate);
  }

  /** [B, N, C] to the same. */
  @Override
  public NDArray forward(Pass pass, NDArray x) {
    return forward(pass, x, null);
  }

  /**
   * @param mask added to the attention scores, broadcastable to [B, heads, N, N], or null
   */
  public NDArray forward(Pass pass, NDArray x, NDArray mask) {
    NDArray attended = selfAttention.forward(pass, x, x, x, mask);
    NDArray first = norm1.forward(pass, x.add(dropout.forward(pass, attended)));
    NDArray hidden = nonlinearity.of(linear1.forward(pass, first));
    NDArray second = linear2.forward(pass, dropout.forward(pass, hidden));
    return norm2.forward(pass, first.add(dropout.forward(pass, second)));
  }
}
