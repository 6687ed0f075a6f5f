package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.Constants;
import java.util.Arrays;

/**
 * Rotary position embedding in the rotate-half form: channel j turns with channel j + D/2.
 *
 * @param cosine broadcastable to [B, heads, N, D]
 * @param sine like cosine
 */
record Rotation(NDArray cosine, NDArray sine) {

  /**
   * Tables from angles.
   *
   * @param anglesRad [batch, tokens, D/2] flat; each angle serves both halves
   */
  static Rotation of(NDManager manager, float[] anglesRad, int batch, int tokens) {
    float[] sizes = new float[batch * tokens];
    Arrays.fill(sizes, 1);
    return of(manager, anglesRad, sizes, batch);
  }

  /**
   * Tables that also scale.
   *
   * @param anglesRad [batch, tokens, D/2] flat
   * @param sizes [batch, tokens] flat, what each token's vector is multiplied by
   */
  static Rotation of(NDManager manager, float[] anglesRad, float[] sizes, int batch) {
    int tokens = sizes.length / batch;
    int half = anglesRad.length / sizes.length;
    float[] cosine = new float[anglesRad.length * 2];
    float[] sine = new float[anglesRad.length * 2];
    for (int token = 0; token < batch * tokens; token++) {
      for (int j = 0; j < half; j++) {
        int low = token * 2 * half + j;
        float angle = anglesRad[token * half + j];
        cosine[low] = cosine[low + half] = sizes[token] * (float) Math.cos(angle);
        sine[low] = sine[low + half] = sizes[token] * (float) Math.sin(angle);
      }
    }
    return new Rotation(
        Constants.of(manager, cosine, batch, 1, tokens, 2L * half),
        Constants.of(manager, sine, batch, 1, tokens, 2L * half));
  }

  /** [B, heads, N, D] to the same. */
  NDArray apply(NDArray x) {
    int half = (int) x.getShape().get(3) / 2;
    NDArray low = x.get("..., :" + half);
    NDArray high = x.get("..., " + half + ":");
    NDArray turned = NDArrays.concat(new ai.djl.ndarray.NDList(high.neg(), low), 3);
    return x.mul(cosine).add(turned.mul(sine));
  }
}
