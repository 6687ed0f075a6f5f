package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.student.SimulatedProposals;

/**
 * Says how good each proposal is and, in training, whom it would hit and where it would leave its
 * road (SPEC-ipad section 2).
 */
final class ProposalScorer extends Module {
  /** NC, DAC, EP, TTC, comfort, PDM score. */
  static final int SCORES = SimulatedProposals.SCORES;

  /** Off the road, in oncoming traffic. */
  static final int AREAS = 2;

  /** The agent that is hit and the one that comes too close. */
  static final int AGENTS = 2;

  /** Corners x and y, validity. */
  static final int AGENT_CHANNELS = 9;

  private final IpadConfig config;
  private final DeepMlp scores;
  private final DeepMlp areas;
  private final DeepMlp agents;

  ProposalScorer(IpadConfig config) {
    this.config = config;
    int channels = config.refiner().channels();
    int hidden = config.refiner().feedForward();
    scores = child("pred_score", new DeepMlp(channels, hidden, SCORES));
    agents =
        config.foresight().agents()
            ? child(
                "pred_col_agent",
                new DeepMlp(channels, hidden, IpadConfig.AGENT_STEPS * AGENTS * AGENT_CHANNELS))
            : null;
    areas =
        config.foresight().areas()
            ? child("pred_area", new DeepMlp(channels, hidden, IpadConfig.STEPS_PER_POSE * AREAS))
            : null;
  }

  /** Queries [B, N, C] to one vector per proposal [B, P, C]. */
  NDArray pooled(NDArray queries) {
    long channels = queries.getShape().get(2);
    return queries.reshape(-1, config.proposals(), config.poses(), channels).max(new int[] {2});
  }

  /** Logits [B, P, 6] of pooled vectors. */
  NDArray scores(Pass pass, NDArray pooled) {
    return scores.forward(pass, pooled);
  }

  /** Logits [B, P, 5·poses, 2] of queries. */
  NDArray areas(Pass pass, NDArray queries) {
    long steps = (long) IpadConfig.STEPS_PER_POSE * config.poses();
    return areas.forward(pass, queries).reshape(-1, config.proposals(), steps, AREAS);
  }

  /** Corners and validity logit [B, P, 40, 2, 9] of pooled vectors. */
  NDArray agents(Pass pass, NDArray pooled) {
    return agents
        .forward(pass, pooled)
        .reshape(-1, config.proposals(), IpadConfig.AGENT_STEPS, AGENTS, AGENT_CHANNELS);
  }

  /** Queries to score logits. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return new NDList(scores(pass, pooled(inputs.head())));
  }
}
