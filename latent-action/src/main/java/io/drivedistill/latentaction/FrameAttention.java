package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.drivedistill.nn.Attention;
import io.drivedistill.nn.Dropout;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;

/** Attention with UniVLA's parameter names; query, key and value have no bias. */
final class FrameAttention extends Module {
  private static final Dropout NONE = new Dropout(0);

  private final int heads;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear out;

  FrameAttention(int width, int heads) {
    this.heads = heads;
    query = child("to_q", new Linear(width, width, false));
    key = child("to_k", new Linear(width, width, false));
    value = child("to_v", new Linear(width, width, false));
    out = child("to_out.0", new Linear(width, width));
  }

  /**
   * Every token of a frame sees every token of that frame.
   *
   * @param x [rows, N, C]
   * @param mask added to the scores, broadcastable to [rows, heads, N, N], or null
   */
  NDArray withinFrame(Pass pass, NDArray x, NDArray mask) {
    NDArray mixed =
        Attention.attend(
            Attention.split(query.forward(pass, x), heads),
            Attention.split(key.forward(pass, x), heads),
            Attention.split(value.forward(pass, x), heads),
            mask,
            NONE,
            pass);
    return out.forward(pass, Attention.merge(mixed));
  }

  /**
   * Every token sees itself in its own and the earlier frame. With two frames the causal softmax is
   * closed: the first frame sees itself only, the second weighs both by the logistic function of
   * the difference of two scores. That spares a batch of tiny matrix products.
   *
   * @param x [B, 2, N, C]
   */
  NDArray acrossFrames(Pass pass, NDArray x) {
    Shape shape = x.getShape();
    long tokens = shape.get(2);
    long channels = shape.get(3);
    NDArray keys = key.forward(pass, x);
    NDArray values = value.forward(pass, x);
    NDArray later = query.forward(pass, x.get(":, 1:2"));
    NDArray keyChange = keys.get(":, 1:2").sub(keys.get(":, 0:1"));
    NDArray preference =
        later.mul(keyChange).reshape(-1, tokens, heads, channels / heads).sum(new int[] {3}, true);
    double scale = 1 / Math.sqrt((double) channels / heads);
    NDArray weight = Activation.sigmoid(Scalars.scale(preference, scale));
    NDArray first = values.get(":, 0:1");
    NDArray step =
        values.get(":, 1:2").sub(first).reshape(-1, tokens, heads, channels / heads).mul(weight);
    NDArray second = first.add(step.reshape(-1, 1, tokens, channels));
    return out.forward(pass, NDArrays.concat(new NDList(first, second), 1));
  }

  /** Input [rows, N, C]; attends within frames without a mask. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return new NDList(withinFrame(pass, inputs.singletonOrThrow(), null));
  }
}
