package io.drivedistill.spark;

import io.drivedistill.navsim.score.ScoreRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What a task sends back.
 *
 * @param log name of the log
 * @param rows in the order of the log's scenes
 * @param failures scenes without a score and why
 * @param problem why the whole log could not be scored, or empty
 */
record LogScores(
    String log, ArrayList<Row> rows, LinkedHashMap<String, String> failures, String problem)
    implements Serializable {
  /** The scores of a trajectory. */
  @SuppressWarnings("ArrayRecordComponent") // Small on the wire, and never compared.
  record Row(String token, String name, double[] values) implements Serializable {
    static Row of(ScoreRow row) {
      double[] values = row.values().stream().mapToDouble(Double::doubleValue).toArray();
      return new Row(row.token(), row.name(), values);
    }

    ScoreRow toScoreRow() {
      List<Double> list = new ArrayList<>(values.length);
      for (double value : values) {
        list.add(value);
      }
      return new ScoreRow(token, name, list);
    }
  }
}
