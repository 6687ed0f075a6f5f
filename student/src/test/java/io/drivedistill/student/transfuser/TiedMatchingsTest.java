package io.drivedistill.student.transfuser;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TiedMatchingsTest {
  /** Two logits of 0 under binary cross-entropy, weight 10, mean over two. */
  private static final double LABELS = 10 * Math.log(2);

  private static final Offset<Double> ROUNDING = Offset.offset(1e-5);

  private static final float[] VEHICLES = {10, 10, 0, 4, 2, 12, 12, 1, 5, 2};

  @Test
  void whoStandsInTheSameOrderOnBothAxesMayBeExchanged() {
    double[] losses = losses(new float[] {0, 0, 0, 4, 2, 1, 1, 1, 5, 2});
    // Straight: 20 and 22 m; crossed: 24 m, 1 rad and 1 m, and 18 m, 1 rad and 1 m.
    Arrays.sort(losses);
    assertThat(losses).containsExactly(new double[] {LABELS + 21, LABELS + 23}, ROUNDING);
  }

  @Test
  void aCheaperMatchingStandsAlone() {
    double[] losses = losses(new float[] {9, 9, 0, 4, 2, 13, 13, 1, 5, 2});
    assertThat(losses).containsExactly(new double[] {LABELS + 2}, ROUNDING);
  }

  @Test
  void firstIsWhatTrainingTakes() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> predictions =
          predictions(manager, new float[] {0, 0, 0, 4, 2, 1, 1, 1, 5, 2});
      Map<String, NDArray> targets = targets(manager);
      TransfuserLoss.Weights weights = TransfuserLoss.Weights.published();
      AgentMatching taken =
          AgentMatching.of(
              predictions.get(Transfuser.AGENT_STATES),
              predictions.get(Transfuser.AGENT_LABELS),
              targets.get(Transfuser.AGENT_STATES),
              targets.get(Transfuser.AGENT_LABELS),
              new double[] {1},
              weights,
              false);
      double boxes = taken.columns()[0][0] == 0 ? 21 : 23;
      assertThat(TiedMatchings.agentLosses(predictions, targets, weights, false)[0])
          .isCloseTo(LABELS + boxes, ROUNDING);
    }
  }

  private static double[] losses(float[] predicted) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return TiedMatchings.agentLosses(
          predictions(manager, predicted),
          targets(manager),
          TransfuserLoss.Weights.published(),
          false);
    }
  }

  private static Map<String, NDArray> predictions(NDManager manager, float[] predicted) {
    return Map.of(
        Transfuser.AGENT_STATES,
        manager.create(predicted, new Shape(1, 2, 5)),
        Transfuser.AGENT_LABELS,
        manager.zeros(new Shape(1, 2)));
  }

  private static Map<String, NDArray> targets(NDManager manager) {
    return Map.of(
        Transfuser.AGENT_STATES,
        manager.create(VEHICLES, new Shape(1, 2, 5)),
        Transfuser.AGENT_LABELS,
        manager.ones(new Shape(1, 2)));
  }
}
