package io.drivedistill.nn.dinov2;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Attention;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Layer;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Pass;

/** x += ls1 ⊙ Attn(norm1 x); x += ls2 ⊙ FF(norm2 x). */
final class Dinov2Block extends Layer {
  static final double EPSILON = 1e-6;

  private final int heads;
  private final int width;
  private final Dinov2Config.FeedForward feedForward;
  private final LayerNorm norm1;
  private final Linear qkv;
  private final Linear projection;
  private final Parameter scale1;
  private final LayerNorm norm2;
  private final Linear into;
  private final Linear outOf;
  private final Parameter scale2;

  Dinov2Block(Dinov2Config config) {
    width = config.width();
    heads = config.heads();
    feedForward = config.feedForward();
    norm1 = child("norm1", new LayerNorm(width, EPSILON));
    qkv = child("attn.qkv", new Linear(width, 3 * width));
    projection = child("attn.proj", new Linear(width, width));
    scale1 = parameter("ls1.gamma", Initialization.ones(), width);
    norm2 = child("norm2", new LayerNorm(width, EPSILON));
    int hidden = config.hiddenWidth();
    if (feedForward == Dinov2Config.FeedForward.GELU) {
      into = child("mlp.fc1", new Linear(width, hidden));
      outOf = child("mlp.fc2", new Linear(hidden, width));
    } else {
      into = child("mlp.w12", new Linear(width, 2 * hidden));
      outOf = child("mlp.w3", new Linear(hidden, width));
    }
    scale2 = parameter("ls2.gamma", Initialization.ones(), width);
  }

  /** [B, N, C] to the same. */
  @Override
  public NDArray forward(Pass pass, NDArray x) {
    NDArray mixed = attend(pass, norm1.forward(pass, x));
    NDArray middle = x.add(mixed.mul(pass.value(scale1)));
    NDArray fed = feed(pass, norm2.forward(pass, middle));
    return middle.add(fed.mul(pass.value(scale2)));
  }

  private NDArray attend(Pass pass, NDArray x) {
    NDArray all = qkv.forward(pass, x);
    NDArray query = Attention.split(all.get("..., 0:" + width), heads);
    NDArray key = Attention.split(all.get("..., " + width + ":" + 2 * width), heads);
    NDArray value = Attention.split(all.get("..., " + 2 * width + ":"), heads);
    return projection.forward(pass, Attention.merge(Attention.attend(query, key, value)));
  }

  private NDArray feed(Pass pass, NDArray x) {
    NDArray hidden = into.forward(pass, x);
    if (feedForward == Dinov2Config.FeedForward.GELU) {
      return outOf.forward(pass, Activation.gelu(hidden));
    }
    long half = hidden.getShape().get(2) / 2;
    NDArray gate = hidden.get("..., 0:" + half);
    NDArray carried = hidden.get("..., " + half + ":");
    NDArray opened = gate.mul(Activation.sigmoid(gate));
    return outOf.forward(pass, opened.mul(carried));
  }
}
