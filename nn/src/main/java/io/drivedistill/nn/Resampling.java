package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/**
 * Resampling of maps as two products with constant matrices: exact as PyTorch computes it, with
 * gradients and without an operation that DJL or ONNX might lack. O(B·C·H·W·(h + w)) operations.
 */
public final class Resampling {
  private Resampling() {}

  /** Bilinear with half-pixel centres, no antialias: [B, C, h, w] to [B, C, height, width]. */
  public static NDArray bilinear(NDArray x, int height, int width) {
    int h = (int) x.getShape().get(2);
    int w = (int) x.getShape().get(3);
    return apply(x, linearMatrix(h, height), linearMatrix(w, width));
  }

  /** Adaptive average pooling, windows ⌊iH/O⌋…⌈(i+1)H/O⌉: [B, C, h, w] to [B, C, height, width]. */
  public static NDArray adaptiveAverage(NDArray x, int height, int width) {
    int h = (int) x.getShape().get(2);
    int w = (int) x.getShape().get(3);
    return apply(x, averageMatrix(h, height), averageMatrix(w, width));
  }

  private static NDArray apply(NDArray x, float[][] rows, float[][] columns) {
    NDArray result = x;
    if (!isIdentity(columns)) {
      NDArray right =
          Constants.of(x.getManager(), flatTransposed(columns), columns[0].length, columns.length);
      result = result.matMul(right);
    }
    if (!isIdentity(rows)) {
      NDArray left = Constants.of(x.getManager(), flat(rows), 1, 1, rows.length, rows[0].length);
      result = left.matMul(result);
    }
    return result;
  }

  /** Row i holds the weights of the source cells for target cell i. */
  static float[][] linearMatrix(int from, int to) {
    float[][] matrix = new float[to][from];
    for (int i = 0; i < to; i++) {
      float source = Math.max(0, (i + 0.5f) * ((float) from / to) - 0.5f);
      int low = Math.min((int) source, from - 1);
      int high = Math.min(low + 1, from - 1);
      float share = source - low;
      matrix[i][low] += 1 - share;
      matrix[i][high] += share;
    }
    return matrix;
  }

  static float[][] averageMatrix(int from, int to) {
    float[][] matrix = new float[to][from];
    for (int i = 0; i < to; i++) {
      int begin = i * from / to;
      int end = ((i + 1) * from + to - 1) / to;
      for (int j = begin; j < end; j++) {
        matrix[i][j] = 1f / (end - begin);
      }
    }
    return matrix;
  }

  private static boolean isIdentity(float[][] matrix) {
    if (matrix.length != matrix[0].length) {
      return false;
    }
    for (int i = 0; i < matrix.length; i++) {
      if (matrix[i][i] != 1) {
        return false;
      }
    }
    return true;
  }

  private static float[] flat(float[][] matrix) {
    float[] values = new float[matrix.length * matrix[0].length];
    for (int i = 0; i < matrix.length; i++) {
      System.arraycopy(matrix[i], 0, values, i * matrix[0].length, matrix[0].length);
    }
    return values;
  }

  private static float[] flatTransposed(float[][] matrix) {
    float[] values = new float[matrix.length * matrix[0].length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[0].length; j++) {
        values[j * matrix.length + i] = matrix[i][j];
      }
    }
    return values;
  }
}
