package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.BinaryCrossEntropy;
import io.drivedistill.nn.Embedding;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Mlp;
import io.drivedistill.nn.MultiHeadAttention;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;
import io.drivedistill.student.SimulatedProposals;
import io.drivedistill.student.Student;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Proposal scoring, iPad's way (arXiv 2505.15111): a set of learnt proposals is refined several
 * times by the same weights, each time looking at the others and at the scene from where it is;
 * what the PDM scorer would say of each is learnt from what it does say, in every training step.
 * The proposal with the best forecast is driven.
 *
 * <p>iPad has a query for every pose and looks into camera features; here a proposal is one query
 * and looks at the planner's memory, so that any planner can have this head. As in iPad, the driven
 * proposals are those read before the last refinement, their scores are read after it.
 */
public final class ScoringHead extends PlanningHead {
  /** Name of the error of the forecast PDM score among the losses. */
  public static final String FINAL_SCORE = "final_score";

  /** Name of the error of all six forecast scores. */
  public static final String SUB_SCORES = "sub_scores";

  private static final String PDM = ":, :, " + (SimulatedProposals.SCORES - 1);

  private final HeadConfig.Scoring config;
  private final int poses;
  private final Embedding queries;
  private final Mlp trajectory;
  private final LayerNorm norm;
  private final MultiHeadAttention others;
  private final AnchorDecoder scene;
  private final Mlp scores;

  public ScoringHead(HeadConfig.Scoring config, HeadSizes sizes) {
    this.config = config;
    poses = sizes.poses();
    int channels = sizes.channels();
    queries =
        child("queries", new Embedding(config.proposals(), channels, new Initialization.Normal(1)));
    trajectory = child("trajectory", new Mlp(channels, sizes.hidden(), sizes.numbers()));
    norm = child("norm", new LayerNorm(channels));
    others = child("others", new MultiHeadAttention(channels, sizes.attentionHeads(), 0));
    scene = child("scene", new AnchorDecoder(sizes));
    scores = child("scores", new Mlp(channels, sizes.hidden(), SimulatedProposals.SCORES));
  }

  @Override
  public int proposals() {
    return config.proposals();
  }

  /**
   * @param trajectories [B, K, T, 3] of each refinement, read before it
   * @param logits [B, K, 6], read after the last
   */
  private record Refined(List<NDArray> trajectories, NDArray logits) {
    NDArray last() {
      return trajectories.get(trajectories.size() - 1);
    }
  }

  private Refined refined(Pass pass, PlanningState state) {
    List<NDArray> trajectories = new ArrayList<>();
    NDArray x = state.query().expandDims(1).add(queries.table(pass).expandDims(0));
    for (int i = 0; i < config.refinements(); i++) {
      NDArray raw = trajectory.forward(pass, x).reshape(-1, config.proposals(), poses, 3);
      NDArray read = Poses.bounded(raw);
      trajectories.add(read);
      NDArray talked = x.add(others.forward(pass, norm.forward(pass, x)));
      x = scene.forward(pass, read.stopGradient(), state, talked);
    }
    return new Refined(trajectories, scores.forward(pass, x));
  }

  @Override
  public Proposals propose(Pass pass, PlanningState state, NDList noise) {
    Refined refined = refined(pass, state);
    return new Proposals(refined.last(), refined.logits().get(PDM));
  }

  /** Of each refinement only the proposal nearest to what people drove learns from them. */
  @Override
  public HeadLosses losses(Pass pass, PlanningState state, Map<String, NDArray> targets) {
    NDArray driven = targets.get(Student.TRAJECTORY).expandDims(1);
    Refined refined = refined(pass, state);
    NDArray error = null;
    for (NDArray proposals : refined.trajectories()) {
      NDArray apart = proposals.sub(driven).abs().mean(new int[] {3}).mean(new int[] {2});
      NDArray nearest = apart.min(new int[] {1});
      error = error == null ? nearest : Scalars.scale(error, config.earlierWeight()).add(nearest);
    }
    return new HeadLosses(
        Map.of(Student.TRAJECTORY, error),
        Optional.of(new HeadLosses.Forecast(refined.last().stopGradient(), refined.logits())));
  }

  @Override
  public Map<String, NDArray> judged(NDArray logits, NDArray scores) {
    NDArray error = BinaryCrossEntropy.perElement(logits, scores);
    Map<String, NDArray> losses = new LinkedHashMap<>();
    losses.put(
        FINAL_SCORE, Scalars.scale(Poses.perSample(error.get(PDM)), config.finalScoreWeight()));
    losses.put(SUB_SCORES, Scalars.scale(Poses.perSample(error), config.subScoreWeight()));
    return losses;
  }
}
