package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import io.drivedistill.nn.Constants;

/** Picks rows of a table, with gradients that flow back to the picked rows. */
final class Rows {
  private Rows() {}

  /**
   * @param table [R, C]
   * @param rows indices into the table
   * @return [rows.length, C]
   */
  static NDArray pick(NDArray table, long[] rows) {
    NDArray indices = Constants.of(table.getManager(), rows, rows.length);
    return indices
        .getNDArrayInternal()
        .embedding(indices, table, SparseFormat.DENSE)
        .singletonOrThrow();
  }

  /**
   * Reorders the second axis the same way in every batch entry.
   *
   * @param x [B, N, C]
   * @param order index of the entry at each place; x itself is returned where it changes nothing
   * @return [B, N, C]
   */
  static NDArray reorder(NDArray x, int[] order) {
    boolean identity = true;
    for (int i = 0; i < order.length; i++) {
      identity &= order[i] == i;
    }
    if (identity) {
      return x;
    }
    Shape shape = x.getShape();
    int batch = (int) shape.get(0);
    long[] rows = new long[batch * order.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (long) (i / order.length) * order.length + order[i % order.length];
    }
    return pick(x.reshape(-1, shape.get(2)), rows).reshape(shape);
  }
}
