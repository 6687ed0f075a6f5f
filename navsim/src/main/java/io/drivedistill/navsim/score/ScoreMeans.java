package io.drivedistill.navsim.score;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The mean of every column for every planner, taken row by row; values that are not a number are
 * left out, as in the official tables. Not for use by several threads.
 */
public final class ScoreMeans {
  private final Map<String, Sums> byName = new LinkedHashMap<>();

  private static final class Sums {
    private final double[] sums;
    private final int[] counts;
    private int rows;

    Sums(int columns) {
      sums = new double[columns];
      counts = new int[columns];
    }
  }

  /** Takes a row. */
  public void add(ScoreRow row) {
    int columns = row.values().size();
    Sums sums = byName.computeIfAbsent(row.name(), name -> new Sums(columns));
    sums.rows++;
    for (int c = 0; c < columns; c++) {
      double value = row.values().get(c);
      if (!Double.isNaN(value)) {
        sums.sums[c] += value;
        sums.counts[c]++;
      }
    }
  }

  /** Names of the planners in the order of their first row. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** Number of rows of a planner. */
  public int rows(String name) {
    return byName.get(name).rows;
  }

  /** The means of one planner in the order of the columns; NaN for a column without values. */
  public List<Double> of(String name) {
    Sums sums = byName.get(name);
    List<Double> means = new ArrayList<>();
    for (int c = 0; c < sums.sums.length; c++) {
      means.add(sums.sums[c] / sums.counts[c]);
    }
    return means;
  }
}
