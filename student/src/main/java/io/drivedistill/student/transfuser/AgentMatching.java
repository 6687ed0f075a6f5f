package io.drivedistill.student.transfuser;

import ai.djl.ndarray.NDArray;

/**
 * Which annotated vehicle each predicted box stands for: per sample the assignment with the least
 * sum of label cross-entropy and Manhattan distance (SPEC-transfuser section 4). Rows without a
 * vehicle take part with label 0.
 */
final class AgentMatching {
  private static final int STATE = 5;

  /** Half the angle the three front cameras see. */
  private static final double VIEW_RAD = 4 * Math.PI / 9;

  private final float[] states;
  private final float[] labels;
  private final int[][] columns;
  private final boolean[] valid;

  private AgentMatching(float[] states, float[] labels, int[][] columns, boolean[] valid) {
    this.states = states;
    this.labels = labels;
    this.columns = columns;
    this.valid = valid;
  }

  /** Matched targets in the order of the predictions, [B·N·5]. */
  float[] states() {
    return states;
  }

  /** 1 where the matched target is a vehicle that counts, [B·N]. */
  float[] labels() {
    return labels;
  }

  /** Matched target of each prediction, [B][N]. */
  int[][] columns() {
    return columns;
  }

  /** Vehicles that count, all samples together. */
  int validCount() {
    int count = 0;
    for (boolean counts : valid) {
      count += counts ? 1 : 0;
    }
    return count;
  }

  /** Which targets are vehicles that count, [B·N]. */
  boolean[] valid() {
    return valid;
  }

  static AgentMatching of(
      NDArray predictedStates,
      NDArray predictedLogits,
      NDArray targetStates,
      NDArray targetLabels,
      double[] labelled,
      TransfuserLoss.Weights weights,
      boolean frontViewOnly) {
    float[] predicted = predictedStates.toFloatArray();
    float[] logits = predictedLogits.toFloatArray();
    float[] target = targetStates.toFloatArray();
    float[] labels = targetLabels.toFloatArray();
    int batch = labelled.length;
    int n = labels.length / batch;
    float[] states = new float[target.length];
    float[] matched = new float[labels.length];
    int[][] columns = new int[batch][];
    boolean[] allValid = new boolean[labels.length];
    for (int sample = 0; sample < batch; sample++) {
      int first = sample * n;
      boolean[] valid = new boolean[n];
      for (int j = 0; j < n; j++) {
        int at = (first + j) * STATE;
        valid[j] =
            labelled[sample] > 0
                && labels[first + j] > 0
                && !(frontViewOnly && Math.abs(Math.atan2(target[at + 1], target[at])) > VIEW_RAD);
        allValid[first + j] = valid[j];
      }
      double[][] cost = cost(predicted, logits, target, valid, first, weights);
      columns[sample] = Assignment.columnsOfRows(cost);
      for (int i = 0; i < n; i++) {
        int j = columns[sample][i];
        matched[first + i] = valid[j] ? 1 : 0;
        System.arraycopy(target, (first + j) * STATE, states, (first + i) * STATE, STATE);
      }
    }
    return new AgentMatching(states, matched, columns, allValid);
  }

  /** Rows are predictions, columns targets. */
  static double[][] cost(
      float[] predicted,
      float[] logits,
      float[] target,
      boolean[] valid,
      int first,
      TransfuserLoss.Weights weights) {
    int n = valid.length;
    double[][] cost = new double[n][n];
    for (int i = 0; i < n; i++) {
      double logit = logits[first + i];
      double asAbsent = Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));
      int p = (first + i) * STATE;
      for (int j = 0; j < n; j++) {
        int t = (first + j) * STATE;
        double distance =
            Math.abs(predicted[p] - target[t]) + Math.abs(predicted[p + 1] - target[t + 1]);
        cost[i][j] =
            valid[j]
                ? weights.agentClass() * (asAbsent - logit) + weights.agentBox() * distance
                : weights.agentClass() * asAbsent;
      }
    }
    return cost;
  }
}
