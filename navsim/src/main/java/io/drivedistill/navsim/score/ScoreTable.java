package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The scores of trajectories of one split by one scorer. The scorer's name and the split travel
 * with the numbers, so that different kinds cannot be compared by accident.
 *
 * @param scorer name of the scorer, as {@code pdms-v1.1}
 * @param split name of the data split
 * @param unscored number of scenes that could not be scored and have no row
 * @param columns names of the values of a row; the last one is the aggregate
 * @param rows one per trajectory; a pair of token and name occurs once
 */
public record ScoreTable(
    String scorer, String split, int unscored, List<String> columns, List<ScoreRow> rows) {
  /** Name of the last column, the aggregate. */
  public static final String SCORE = "score";

  /** Checks that every row fits the columns. */
  public ScoreTable {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    Set<List<String>> seen = new HashSet<>();
    for (ScoreRow row : rows) {
      if (row.values().size() != columns.size()) {
        throw new IllegalArgumentException(
            "Row " + row + " does not have " + columns.size() + " values.");
      }
      if (!seen.add(List.of(row.token(), row.name()))) {
        throw new IllegalArgumentException(
            "Scene " + row.token() + " has two rows named " + row.name() + ".");
      }
    }
  }

  /** Names of the planners in the order of their first row. */
  public List<String> names() {
    return rows.stream().map(ScoreRow::name).distinct().toList();
  }

  /**
   * The values of one column for one planner by scene, in row order.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public Map<String, Double> column(String name, String column) {
    int index = columns.indexOf(column);
    if (index < 0) {
      throw new IllegalArgumentException("No column " + column + " among " + columns);
    }
    Map<String, Double> values = new LinkedHashMap<>();
    for (ScoreRow row : rows) {
      if (row.name().equals(name)) {
        values.put(row.token(), row.values().get(index));
      }
    }
    return values;
  }

  /**
   * The mean of every column for one planner, in the order of the columns; values that are not a
   * number are left out, as in the official tables.
   */
  public List<Double> means(String name) {
    ScoreMeans means = new ScoreMeans();
    rows.stream().filter(row -> row.name().equals(name)).forEach(means::add);
    return means.names().isEmpty()
        ? columns.stream().map(column -> Double.NaN).toList()
        : means.of(name);
  }

  /** The mean of the aggregate for one planner. */
  public double meanScore(String name) {
    return means(name).get(columns.indexOf(SCORE));
  }

  /**
   * Refuses a comparison that would mean nothing.
   *
   * @throws DriveDistillException if scorer or split differ
   */
  public void requireComparable(ScoreTable other) {
    if (!scorer.equals(other.scorer)) {
      throw new DriveDistillException(
          "Scores of " + scorer + " cannot be compared with scores of " + other.scorer + ".",
          "Maybe score both sets of trajectories again with the same --scorer.");
    }
    if (!split.equals(other.split)) {
      throw new DriveDistillException(
          "Scores on split '"
              + split
              + "' cannot be compared with scores on '"
              + other.split
              + "'.",
          "Maybe score both sets of trajectories on the same split.");
    }
  }
}
