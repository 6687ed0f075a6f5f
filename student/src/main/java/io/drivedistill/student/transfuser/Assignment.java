package io.drivedistill.student.transfuser;

import java.util.Arrays;

/**
 * The cheapest one-to-one assignment of rows to columns of a square cost matrix, by shortest
 * augmenting paths with dual prices (Jonker and Volgenant 1987). O(n³), no allocation beyond O(n).
 */
final class Assignment {
  private static final int NONE = -1;

  private Assignment() {}

  /** For each row the column it is given. */
  static int[] columnsOfRows(double[][] cost) {
    int n = cost.length;
    double[] rowPrice = new double[n];
    double[] columnPrice = new double[n];
    int[] rowOf = new int[n];
    int[] columnOf = new int[n];
    Arrays.fill(rowOf, NONE);
    Arrays.fill(columnOf, NONE);
    for (int row = 0; row < n; row++) {
      augment(cost, row, rowPrice, columnPrice, rowOf, columnOf);
    }
    return columnOf;
  }

  /** Finds a place for one more row, moving others along the cheapest alternating path. */
  private static void augment(
      double[][] cost,
      int newRow,
      double[] rowPrice,
      double[] columnPrice,
      int[] rowOf,
      int[] columnOf) {
    int n = cost.length;
    double[] distance = new double[n];
    int[] reachedFrom = new int[n];
    boolean[] settled = new boolean[n];
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
    int row = newRow;
    double base = 0;
    int free = NONE;
    while (free == NONE) {
      int nearest = NONE;
      for (int column = 0; column < n; column++) {
        if (settled[column]) {
          continue;
        }
        double reach = base + cost[row][column] - rowPrice[row] - columnPrice[column];
        if (reach < distance[column]) {
          distance[column] = reach;
          reachedFrom[column] = row;
        }
        if (nearest == NONE || distance[column] < distance[nearest]) {
          nearest = column;
        }
      }
      base = distance[nearest];
      settled[nearest] = true;
      if (rowOf[nearest] == NONE) {
        free = nearest;
      } else {
        row = rowOf[nearest];
      }
    }
    rowPrice[newRow] += base;
    for (int column = 0; column < n; column++) {
      if (settled[column] && column != free) {
        rowPrice[rowOf[column]] += base - distance[column];
        columnPrice[column] -= base - distance[column];
      }
    }
    int column = free;
    while (column != NONE) {
      int from = reachedFrom[column];
      rowOf[column] = from;
      int previous = columnOf[from];
      columnOf[from] = column;
      column = from == newRow ? NONE : previous;
    }
  }
}
