package io.drivedistill.student.transfuser;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Matchings of predicted boxes and vehicles that cost the same. Two predictions and two vehicles
 * that lie in the same order on both axes have equal Manhattan distances either way, so that
 * rounding alone decides who stands for whom, and with it headings and sizes in the loss
 * (SPEC-transfuser section 4). Found by exchanging partners of two predictions, again and again.
 */
final class TiedMatchings {
  /** Costs this close are one cost: coordinates of some ten metres in float32, summed. */
  private static final double ROUNDING = 1e-4;

  /** A scene with more is cut off here. */
  private static final int MOST = 4096;

  private static final int STATE = 5;

  private final float[] predicted;
  private final float[] logits;
  private final float[] target;
  private final TransfuserLoss.Weights weights;
  private final AgentMatching cheapest;
  private final int batch;
  private final int agents;

  private TiedMatchings(
      Map<String, NDArray> predictions,
      Map<String, NDArray> targets,
      TransfuserLoss.Weights weights,
      boolean frontViewOnly) {
    NDArray states = predictions.get(Transfuser.AGENT_STATES);
    NDArray labels = targets.get(Transfuser.AGENT_LABELS);
    predicted = states.toFloatArray();
    logits = predictions.get(Transfuser.AGENT_LABELS).toFloatArray();
    target = targets.get(Transfuser.AGENT_STATES).toFloatArray();
    batch = (int) labels.getShape().get(0);
    agents = (int) labels.getShape().get(1);
    this.weights = weights;
    double[] all = new double[batch];
    Arrays.fill(all, 1);
    cheapest =
        AgentMatching.of(
            states,
            predictions.get(Transfuser.AGENT_LABELS),
            targets.get(Transfuser.AGENT_STATES),
            labels,
            all,
            weights,
            frontViewOnly);
  }

  /**
   * What labels and boxes add to the total loss, for each of the equally cheap matchings.
   *
   * @return at least one; the first belongs to the matching that training takes
   */
  static double[] agentLosses(
      Map<String, NDArray> predictions,
      Map<String, NDArray> targets,
      TransfuserLoss.Weights weights,
      boolean frontViewOnly) {
    TiedMatchings matchings = new TiedMatchings(predictions, targets, weights, frontViewOnly);
    double[] sums = {0};
    for (int sample = 0; sample < matchings.batch; sample++) {
      double[] here = matchings.ofSample(sample);
      double[] before = sums;
      sums =
          Arrays.stream(here)
              .flatMap(loss -> Arrays.stream(before).map(sum -> sum + loss))
              .limit(MOST)
              .toArray();
    }
    return sums;
  }

  private double[] ofSample(int sample) {
    int first = sample * agents;
    boolean[] valid = Arrays.copyOfRange(cheapest.valid(), first, first + agents);
    double[][] cost = AgentMatching.cost(predicted, logits, target, valid, first, weights);
    List<Double> losses = new ArrayList<>();
    Set<List<Integer>> seen = new HashSet<>();
    Deque<int[]> open = new ArrayDeque<>();
    open.add(cheapest.columns()[sample]);
    seen.add(partners(open.peek(), valid));
    while (!open.isEmpty()) {
      int[] columns = open.remove();
      losses.add(loss(columns, valid, first));
      for (int i = 0; i < agents; i++) {
        for (int k = i + 1; k < agents && seen.size() < MOST; k++) {
          int[] exchanged = columns.clone();
          exchanged[i] = columns[k];
          exchanged[k] = columns[i];
          double change =
              cost[i][columns[k]] + cost[k][columns[i]] - cost[i][columns[i]] - cost[k][columns[k]];
          if (Math.abs(change) <= ROUNDING && seen.add(partners(exchanged, valid))) {
            open.add(exchanged);
          }
        }
      }
    }
    return losses.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The vehicle of each prediction; rows without a vehicle are all alike. */
  private static List<Integer> partners(int[] columns, boolean[] valid) {
    return Arrays.stream(columns).map(column -> valid[column] ? column : -1).boxed().toList();
  }

  private double loss(int[] columns, boolean[] valid, int first) {
    double labels = 0;
    double boxes = 0;
    for (int i = 0; i < agents; i++) {
      double logit = logits[first + i];
      boolean vehicle = valid[columns[i]];
      labels += Math.max(logit, 0) - (vehicle ? logit : 0) + Math.log1p(Math.exp(-Math.abs(logit)));
      for (int c = 0; vehicle && c < STATE; c++) {
        boxes +=
            Math.abs(predicted[(first + i) * STATE + c] - target[(first + columns[i]) * STATE + c]);
      }
    }
    return weights.agentClass() * labels / (batch * agents)
        + weights.agentBox() * boxes / Math.max(1, cheapest.validCount());
  }
}
