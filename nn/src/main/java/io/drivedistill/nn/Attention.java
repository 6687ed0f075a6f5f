package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Scaled dot-product attention, softmax(q·kᵀ·scale + mask)·v. */
public final class Attention {
  private Attention() {}

  /**
   * Splits channels into heads.
   *
   * @param x [B, N, heads·D]
   * @return [B, heads, N, D]
   */
  public static NDArray split(NDArray x, int heads) {
    Shape shape = x.getShape();
    return x.reshape(-1, shape.get(1), heads, shape.get(2) / heads).transpose(0, 2, 1, 3);
  }

  /**
   * Undoes {@link #split}.
   *
   * @param x [B, heads, N, D]
   * @return [B, N, heads·D]
   */
  public static NDArray merge(NDArray x) {
    Shape shape = x.getShape();
    return x.transpose(0, 2, 1, 3).reshape(-1, shape.get(2), shape.get(1) * shape.get(3));
  }

  /** Scale 1/√D, no mask. */
  public static NDArray attend(NDArray query, NDArray key, NDArray value) {
    return attend(query, key, value, null, new Dropout(0), null);
  }

  /**
   * @param query [B, heads, N, D]
   * @param key [B, heads, M, D]
   * @param value [B, heads, M, D']
   * @param mask added to the scores, broadcastable to [B, heads, N, M], or null
   * @param dropout applied to the weights
   * @param pass needed where dropout is not zero, else null
   * @return [B, heads, N, D']
   */
  public static NDArray attend(
      NDArray query, NDArray key, NDArray value, NDArray mask, Dropout dropout, Pass pass) {
    double scale = 1 / Math.sqrt(query.getShape().get(query.getShape().dimension() - 1));
    NDArray scores = Scalars.scale(query, scale).matMul(key.swapAxes(-2, -1));
    if (mask != null) {
      scores = scores.add(mask);
    }
    NDArray weights = scores.softmax(-1);
    return (pass == null ? weights : dropout.forward(pass, weights)).matMul(value);
  }
}
