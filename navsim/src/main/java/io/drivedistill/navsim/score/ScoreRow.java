package io.drivedistill.navsim.score;

import java.util.List;

/**
 * One line of a score table.
 *
 * @param token the scene
 * @param name who planned the trajectory
 * @param values sub-scores and score in the order of the table's columns
 */
public record ScoreRow(String token, String name, List<Double> values) {
  /** Keeps an unmodifiable copy of the values. */
  public ScoreRow {
    values = List.copyOf(values);
  }
}
