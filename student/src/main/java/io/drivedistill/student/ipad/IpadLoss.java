package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.nn.BinaryCrossEntropy;
import io.drivedistill.nn.Scalars;
import io.drivedistill.student.PlannerLoss;
import io.drivedistill.student.SceneCaches;
import io.drivedistill.student.Student;
import io.drivedistill.student.StudentBatch;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The loss of iPad (SPEC-ipad section 3): the closest proposal to what people did, after each
 * refinement; and of the last proposals their PDM score, agents in the way and areas, all found by
 * simulating every proposal in every step. Means are taken over labelled samples.
 */
public final class IpadLoss implements PlannerLoss {
  /** Distance of the closest proposal, all refinements. */
  public static final String CLOSEST = "trajectory";

  /** The same after the first refinement and after the last. */
  public static final String FIRST_CLOSEST = "closest_first";

  /** The same after the last refinement alone. */
  public static final String LAST_CLOSEST = "closest_last";

  /** Minus the distance of the two closest proposals at first. */
  public static final String FIRST_DIVERSITY = "diversity_first";

  /** Minus the distance of the two closest proposals at last. */
  public static final String LAST_DIVERSITY = "diversity_last";

  /** Cross entropy of all six scores. */
  public static final String SUB_SCORES = "sub_scores";

  /** Cross entropy of the PDM score. */
  public static final String FINAL_SCORE = "final_score";

  /** Cross entropy of whether an agent is in the way. */
  public static final String AGENT_VALIDITY = "agent_validity";

  /** Error of where it is. */
  public static final String AGENT_CORNERS = "agent_corners";

  /** Cross entropy of the areas. */
  public static final String AREAS = "areas";

  /** PDM score of the chosen proposal. */
  public static final String PDM_SCORE = "pdm_score";

  /** PDM score of the best proposal. */
  public static final String BEST_PDM_SCORE = "pdm_score_best";

  private static final int PDM = ProposalScorer.SCORES - 1;

  private final IpadConfig config;
  private final SceneCaches scenes;

  /**
   * @param scenes to score proposals in; null where the targets hold the scores
   */
  IpadLoss(IpadConfig config, SceneCaches scenes) {
    this.config = config;
    this.scenes = scenes;
  }

  @Override
  public Parts of(Map<String, NDArray> predictions, StudentBatch batch) {
    if (scenes == null) {
      return of(predictions, batch.targets(), batch.labelled());
    }
    NDArray all = predictions.get(Ipad.PROPOSALS);
    NDArray last = all.get(":, " + (config.refinements() - 1)).stopGradient();
    Map<String, NDArray> targets = new LinkedHashMap<>(batch.targets());
    targets.putAll(new SimulatedTargets(config, scenes).of(last, batch.tokens(), batch.labelled()));
    return of(predictions, targets, batch.labelled());
  }

  /**
   * @param targets {@code trajectory [B, poses, 3]} and those of {@link SimulatedTargets}
   */
  @Override
  public Parts of(
      Map<String, NDArray> predictions, Map<String, NDArray> targets, NDArray labelled) {
    IpadConfig.LossWeights weights = config.loss();
    Mean mean = new Mean(labelled, Math.max(1, labelled.sum().getFloat()));
    Map<String, NDArray> parts = new LinkedHashMap<>();
    NDArray total =
        Scalars.scale(proposals(predictions, targets, mean, parts), weights.trajectory());
    NDArray logits = predictions.get(Ipad.SCORE_LOGITS);
    NDArray scores = targets.get(SimulatedTargets.SCORES);
    NDArray entropy = BinaryCrossEntropy.perElement(logits, scores);
    NDArray finalEntropy = entropy.get(":, :, " + PDM);
    total = add(total, parts, SUB_SCORES, mean.of(entropy), weights.subScores());
    total = add(total, parts, FINAL_SCORE, mean.of(finalEntropy), weights.finalScore());
    if (predictions.containsKey(Ipad.AGENTS)) {
      NDArray agents = predictions.get(Ipad.AGENTS);
      NDArray valid = targets.get(SimulatedTargets.AGENT_VALID).toType(DataType.FLOAT32, false);
      NDArray validity =
          BinaryCrossEntropy.perElement(
              agents.get("..., " + (ProposalScorer.AGENT_CHANNELS - 1)), valid);
      total = add(total, parts, AGENT_VALIDITY, mean.of(validity), weights.agentValidity());
      NDArray error = cornerError(agents, targets.get(SimulatedTargets.AGENT_CORNERS), valid);
      total = add(total, parts, AGENT_CORNERS, error, weights.agentCorners());
    }
    if (predictions.containsKey(Ipad.AREAS)) {
      NDArray areas = targets.get(SimulatedTargets.AREAS).toType(DataType.FLOAT32, false);
      NDArray crossing = BinaryCrossEntropy.perElement(predictions.get(Ipad.AREAS), areas);
      total = add(total, parts, AREAS, mean.of(crossing), weights.areas());
    }
    NDArray pdm = scores.get(":, :, " + PDM);
    NDArray choice = logits.get(":, :, " + PDM).argMax(1).oneHot(config.proposals());
    parts.put(PDM_SCORE, mean.of(choice.mul(pdm).sum(new int[] {1})));
    parts.put(BEST_PDM_SCORE, mean.of(pdm.max(new int[] {1})));
    return new Parts(total, parts);
  }

  private static NDArray add(
      NDArray total, Map<String, NDArray> parts, String name, NDArray part, double weight) {
    parts.put(name, part);
    return weight == 0 ? total : total.add(Scalars.scale(part, weight));
  }

  /** The trajectory term: earlier refinements count a fixed share of later ones. */
  private NDArray proposals(
      Map<String, NDArray> predictions,
      Map<String, NDArray> targets,
      Mean mean,
      Map<String, NDArray> parts) {
    NDArray all = predictions.get(Ipad.PROPOSALS);
    NDArray driven = targets.get(Student.TRAJECTORY).expandDims(1);
    NDArray total = null;
    for (int i = 0; i < config.refinements(); i++) {
      NDArray proposals = all.get(":, " + i);
      NDArray closest =
          mean.of(
              proposals
                  .sub(driven)
                  .abs()
                  .sum(new int[] {3})
                  .mean(new int[] {2})
                  .min(new int[] {1}));
      NDArray diversity = mean.of(diversity(proposals));
      NDArray term =
          config.loss().diversity() == 0
              ? closest
              : closest.add(Scalars.scale(diversity, config.loss().diversity()));
      total = total == null ? term : Scalars.scale(total, config.loss().earlier()).add(term);
      if (i == 0) {
        parts.put(FIRST_CLOSEST, closest);
        parts.put(FIRST_DIVERSITY, diversity);
      }
      parts.put(LAST_CLOSEST, closest);
      parts.put(LAST_DIVERSITY, diversity);
    }
    parts.put(CLOSEST, total);
    return total;
  }

  /** Minus the smallest distance of two proposals, where equal ones count as 1 apart: [B]. */
  private static NDArray diversity(NDArray proposals) {
    NDArray distance =
        proposals
            .expandDims(2)
            .sub(proposals.expandDims(1))
            .abs()
            .sum(new int[] {4})
            .mean(new int[] {3});
    NDArray apart = distance.add(distance.eq(0).toType(DataType.FLOAT32, false));
    return apart.min(new int[] {1}).min(new int[] {1}).neg();
  }

  private static NDArray cornerError(NDArray agents, NDArray corners, NDArray valid) {
    int coordinates = ProposalScorer.AGENT_CHANNELS - 1;
    Shape shape = valid.getShape();
    NDArray error =
        agents
            .get("..., 0:" + coordinates)
            .sub(corners.reshape(shape.get(0), shape.get(1), shape.get(2), shape.get(3), -1))
            .abs();
    NDArray count = Scalars.atLeast(Scalars.scale(valid.sum(), coordinates), 1);
    return error.mul(valid.expandDims(4)).sum().div(count);
  }

  /** Mean over labelled samples, all elements of a sample counting alike. */
  private record Mean(NDArray labelled, double samples) {
    NDArray of(NDArray x) {
      NDArray perSample =
          x.getShape().dimension() == 1
              ? x
              : x.reshape(x.getShape().get(0), -1).mean(new int[] {1});
      return Scalars.scale(perSample.mul(labelled).sum(), 1 / samples);
    }
  }
}
