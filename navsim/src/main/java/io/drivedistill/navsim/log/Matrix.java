package io.drivedistill.navsim.log;

import java.util.Arrays;

/** A small immutable matrix of doubles in row-major order, as calibrations are stored in logs. */
public final class Matrix {
  private final int rows;
  private final int columns;
  private final double[] values;

  private Matrix(int rows, int columns, double[] values) {
    if (values.length != rows * columns) {
      throw new IllegalArgumentException(
          "A " + rows + "x" + columns + " matrix does not have " + values.length + " values.");
    }
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  /** A matrix from its values in row-major order; they are copied. */
  public static Matrix of(int rows, int columns, double... rowMajor) {
    return new Matrix(rows, columns, rowMajor.clone());
  }

  /** A 4x4 rigid transform from rotation and translation. */
  public static Matrix transform(Quaternion rotation, Vector3 translation) {
    Matrix r = rotation.rotationMatrix();
    return of(
        4,
        4,
        r.get(0, 0),
        r.get(0, 1),
        r.get(0, 2),
        translation.x(),
        r.get(1, 0),
        r.get(1, 1),
        r.get(1, 2),
        translation.y(),
        r.get(2, 0),
        r.get(2, 1),
        r.get(2, 2),
        translation.z(),
        0,
        0,
        0,
        1);
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Number of columns. */
  public int columns() {
    return columns;
  }

  /** The value at a row and column, both from 0. */
  public double get(int row, int column) {
    return values[row * columns + column];
  }

  /** The matrix product {@code this * right}. */
  public Matrix times(Matrix right) {
    if (columns != right.rows) {
      throw new IllegalArgumentException(
          "Cannot multiply " + rows + "x" + columns + " by " + right.rows + "x" + right.columns);
    }
    double[] product = new double[rows * right.columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < right.columns; j++) {
        double sum = 0;
        for (int k = 0; k < columns; k++) {
          sum += get(i, k) * right.get(k, j);
        }
        product[i * right.columns + j] = sum;
      }
    }
    return new Matrix(rows, right.columns, product);
  }

  /** A copy of the values in row-major order. */
  public double[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Matrix m
        && m.rows == rows
        && m.columns == columns
        && Arrays.equals(m.values, values);
  }

  @Override
  public int hashCode() {
    return 31 * rows + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return rows + "x" + columns + Arrays.toString(values);
  }
}
