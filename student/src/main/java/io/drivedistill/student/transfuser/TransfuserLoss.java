package io.drivedistill.student.transfuser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.drivedistill.nn.BinaryCrossEntropy;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.CrossEntropy;
import io.drivedistill.nn.Scalars;
import io.drivedistill.student.PlannerLoss;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The loss of TransFuser on NAVSIM (SPEC-transfuser section 4): the planning head's own, box and
 * label loss of agents under the cheapest matching, cross-entropy of the semantic map. Means are
 * taken over labelled samples.
 *
 * <p>The matching reads predictions out of the engine, so this runs in training only and is never
 * traced.
 */
public final class TransfuserLoss implements PlannerLoss {
  /** Binary cross-entropy of agent labels. */
  public static final String AGENT_CLASS = "agent_class";

  /** Absolute error of matched boxes. */
  public static final String AGENT_BOX = "agent_box";

  /** Cross-entropy of the semantic map. */
  public static final String BEV_SEMANTIC = "bev_semantic";

  private final Weights weights;
  private final boolean frontViewOnly;

  /**
   * What each part counts.
   *
   * @param trajectory of the planning head
   * @param agentClass of the labels, in loss and matching
   * @param agentBox of the boxes, in loss and matching
   * @param bevSemantic of the map
   */
  public record Weights(double trajectory, double agentClass, double agentBox, double bevSemantic) {
    /** 10, 10, 1, 10. */
    public static Weights published() {
      return new Weights(10, 10, 1, 10);
    }
  }

  /**
   * @param frontViewOnly true to disregard vehicles outside the cameras' view, as the LiDAR-free
   *     variant does
   */
  public TransfuserLoss(Weights weights, boolean frontViewOnly) {
    this.weights = weights;
    this.frontViewOnly = frontViewOnly;
  }

  /**
   * @param predictions of {@link Transfuser#predict}, made with the targets
   * @param targets {@code trajectory [B, T, 3]}, {@code agent_states [B, N, 5]} and {@code
   *     agent_labels [B, N]} float32, {@code bev_semantic_map [B, H, W]} int64 or uint8
   */
  @Override
  public Parts of(
      Map<String, NDArray> predictions, Map<String, NDArray> targets, NDArray labelled) {
    if (predictions.containsKey(Transfuser.SCORE_LOGITS)) {
      throw new IllegalArgumentException(
          "The planning head forecasts scores of its proposals, and nobody scored them: its loss"
              + " needs the scenes");
    }
    double[] counted = doubles(labelled.toFloatArray());
    double samples = Math.max(1, java.util.Arrays.stream(counted).sum());
    NDArray states = predictions.get(Transfuser.AGENT_STATES);
    NDArray logits = predictions.get(Transfuser.AGENT_LABELS);
    AgentMatching matching =
        AgentMatching.of(
            states,
            logits,
            targets.get(Transfuser.AGENT_STATES),
            targets.get(Transfuser.AGENT_LABELS),
            counted,
            weights,
            frontViewOnly);
    NDManager manager = states.getManager();
    long[] size = states.getShape().getShape();
    NDArray matchedStates = Constants.of(manager, matching.states(), size);
    NDArray matchedLabels = Constants.of(manager, matching.labels(), size[0], size[1]);
    NDArray valid = matchedLabels.expandDims(2);

    NDArray classes = targets.get(Transfuser.BEV_SEMANTIC_MAP).toType(DataType.INT64, false);
    Map<String, NDArray> parts = new LinkedHashMap<>();
    NDArray head = null;
    for (Map.Entry<String, NDArray> entry : predictions.entrySet()) {
      if (entry.getKey().startsWith(Transfuser.HEAD)) {
        NDArray term = mean(entry.getValue(), labelled, samples);
        parts.put(entry.getKey().substring(Transfuser.HEAD.length()), term);
        head = head == null ? term : head.add(term);
      }
    }
    if (head == null) {
      throw new IllegalArgumentException(
          "The predictions hold no loss of the planning head: they were made without targets");
    }
    parts.put(
        AGENT_CLASS, mean(BinaryCrossEntropy.perElement(logits, matchedLabels), labelled, samples));
    parts.put(
        AGENT_BOX,
        Scalars.scale(
            states.sub(matchedStates).abs().mul(valid).sum(),
            1.0 / Math.max(1, matching.validCount())));
    parts.put(
        BEV_SEMANTIC,
        mean(
            CrossEntropy.perElement(predictions.get(Transfuser.BEV_SEMANTIC_MAP), classes),
            labelled,
            samples));
    NDArray total =
        Scalars.scale(head, weights.trajectory())
            .add(Scalars.scale(parts.get(AGENT_CLASS), weights.agentClass()))
            .add(Scalars.scale(parts.get(AGENT_BOX), weights.agentBox()))
            .add(Scalars.scale(parts.get(BEV_SEMANTIC), weights.bevSemantic()));
    return new Parts(total, parts);
  }

  /** Mean over everything of the labelled samples; [B, ...] to a scalar. */
  private static NDArray mean(NDArray x, NDArray labelled, double samples) {
    NDArray perSample = x.reshape(labelled.getShape().get(0), -1).mean(new int[] {1});
    return Scalars.scale(perSample.mul(labelled).sum(), 1 / samples);
  }

  private static double[] doubles(float[] values) {
    double[] copy = new double[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    return copy;
  }
}
