package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.Constants;

/** Which tokens a token may attend to: itself and earlier ones, never padding. */
final class DecoderMask {
  /** Finite, so that a row in which everything is hidden stays free of NaN. */
  private static final float HIDDEN = -Float.MAX_VALUE;

  private DecoderMask() {}

  /**
   * @param attended per batch entry which of all tokens are no padding; null where none is padding
   * @param seen tokens in the cache
   * @param added new tokens
   * @param group query heads per key head
   * @return [B or 1, 1, group·added, seen + added]
   */
  static NDArray of(NDManager manager, boolean[][] attended, int seen, int added, int group) {
    int batch = attended == null ? 1 : attended.length;
    int total = seen + added;
    float[] mask = new float[batch * group * added * total];
    for (int b = 0; b < batch; b++) {
      for (int row = 0; row < group * added; row++) {
        int query = seen + row % added;
        int start = (b * group * added + row) * total;
        for (int key = 0; key < total; key++) {
          boolean visible = key <= query && (attended == null || attended[b][key]);
          mask[start + key] = visible ? 0 : HIDDEN;
        }
      }
    }
    return Constants.of(manager, mask, batch, 1, (long) group * added, total);
  }
}
