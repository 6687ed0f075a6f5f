package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Embedding;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.ResNet;
import io.drivedistill.student.Encoding;
import io.drivedistill.student.HumanTrajectory;
import io.drivedistill.student.PlannerLoss;
import io.drivedistill.student.SceneCaches;
import io.drivedistill.student.Student;
import io.drivedistill.student.head.Proposals;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * iPad (SPEC-ipad; arXiv 2505.15111) with the released parameter names: a set of proposals, each a
 * row of queries, is refined several times by attention among the proposals and to the camera
 * features where each pose would be seen; a scorer chooses one.
 *
 * <p>Guidance enters where the paper of LatentVLA lets it: it changes the queries before the first
 * refinement.
 */
public final class Ipad extends Student {
  /** Proposals of every refinement, [B, K, P, poses, 3]. */
  public static final String PROPOSALS = "proposals";

  /**
   * Logits [B, P, 6] of no collision, drivable area, progress, time to collision, comfort and PDM
   * score.
   */
  public static final String SCORE_LOGITS = "score_logits";

  /** Corners of the agents in the way and a validity logit, [B, P, 40, 2, 9]. */
  public static final String AGENTS = "agents";

  /** Logits [B, P, 5·poses, 2] of being off the road and in oncoming traffic. */
  public static final String AREAS = "areas";

  private final IpadConfig config;
  private final CameraFeatures cameras;
  private final Linear statusEncoding;
  private final Embedding queries;
  private final Refiner refiner;
  private final ProposalScorer scorer;

  public Ipad(IpadConfig config) {
    this.config = config;
    int channels = config.refiner().channels();
    cameras = child("_backbone", new CameraFeatures(config));
    statusEncoding = child("hist_encoding", new Linear(IpadConfig.STATUS_CHANNELS, channels));
    queries = child("init_feature", new Embedding(config.queries(), channels));
    refiner = child("_trajectory_head.0", new Refiner(config));
    scorer = child("scorer", new ProposalScorer(config));
  }

  /** The sizes of this network. */
  public IpadConfig config() {
    return config;
  }

  @Override
  public Optional<ResNet> imageEncoder() {
    return Optional.of(cameras.encoder());
  }

  @Override
  public List<TensorSpec> inputs() {
    IpadConfig.Image image = config.image();
    int count = image.cameras().size();
    return List.of(
        TensorSpec.of(
            "cameras",
            Dtype.U8,
            new long[] {TensorSpec.BATCH, count, 3, image.height(), image.width()},
            "1",
            "image",
            "Pictures of " + image.cameras() + ", whole, resized bilinearly, RGB, current frame."),
        TensorSpec.of(
            "ground_to_image",
            Dtype.F32,
            new long[] {TensorSpec.BATCH, count, 4, 4},
            "m to pixels times depth",
            "ego at the current time to image",
            "Projection of homogeneous points into each picture as it is given."),
        TensorSpec.of(
            "status",
            Dtype.F32,
            new long[] {TensorSpec.BATCH, IpadConfig.STATUS_CHANNELS},
            "m, rad, m/s, m/s², 1",
            "ego at the current time",
            "Pose (zero), velocity x y, acceleration x y, command one-hot (left, straight, right,"
                + " unknown)."));
  }

  @Override
  public TensorSpec trajectory() {
    return HumanTrajectory.spec(config.poses(), config.poseIntervalS());
  }

  @Override
  public TokenSizes tokenSizes() {
    int channels = config.refiner().channels();
    return new TokenSizes(
        config.queries(),
        channels,
        config.image().cameras().size() * config.imageCells(),
        channels,
        IpadConfig.STATUS_CHANNELS);
  }

  /** The "bird's-eye-view" tokens are the queries, one for each pose of each proposal. */
  @Override
  public Encoding encode(Pass pass, NDList inputs) {
    NDArray status = inputs.get(2);
    NDArray tokens = cameras.forward(pass, inputs.get(0));
    NDArray started =
        statusEncoding.forward(pass, status).expandDims(1).add(queries.table(pass).expandDims(0));
    return new Encoding(started, tokens, status, new NDList(inputs.get(1)));
  }

  @Override
  public int proposals() {
    return config.proposals();
  }

  @Override
  public Proposals propose(Pass pass, Encoding encoding, NDList noise) {
    Refined refined = refine(pass, encoding);
    return scored(refined, scorer.scores(pass, scorer.pooled(refined.queries())));
  }

  /** The proposal with the largest PDM logit. */
  @Override
  public NDArray plan(Pass pass, Encoding encoding) {
    return propose(pass, encoding, new NDList()).best();
  }

  @Override
  public Map<String, NDArray> predict(Pass pass, Encoding encoding) {
    Refined refined = refine(pass, encoding);
    NDArray pooled = scorer.pooled(refined.queries());
    NDArray logits = scorer.scores(pass, pooled);
    Map<String, NDArray> outputs = new LinkedHashMap<>();
    outputs.put(TRAJECTORY, scored(refined, logits).best());
    outputs.put(PROPOSALS, NDArrays.stack(new NDList(refined.proposals()), 1));
    outputs.put(SCORE_LOGITS, logits);
    if (config.foresight().agents()) {
      outputs.put(AGENTS, scorer.agents(pass, pooled));
    }
    if (config.foresight().areas()) {
      outputs.put(AREAS, scorer.areas(pass, refined.queries()));
    }
    return outputs;
  }

  /**
   * @param proposals [B, P, poses, 3] of each refinement, read before it
   * @param queries [B, N, C] after the last
   */
  private record Refined(List<NDArray> proposals, NDArray queries) {
    NDArray last() {
      return proposals.get(proposals.size() - 1);
    }
  }

  private Refined refine(Pass pass, Encoding encoding) {
    List<NDArray> proposals = new ArrayList<>();
    NDArray x = encoding.bevTokens();
    NDArray projection = encoding.carried().head();
    for (int i = 0; i < config.refinements(); i++) {
      NDArray poses = refiner.poses(pass, x);
      proposals.add(poses.reshape(-1, config.proposals(), config.poses(), 3));
      x = refiner.refine(pass, x, poses, encoding.imageTokens(), projection);
    }
    return new Refined(proposals, x);
  }

  private static Proposals scored(Refined refined, NDArray logits) {
    return new Proposals(refined.last(), logits.get(":, :, " + (ProposalScorer.SCORES - 1)));
  }

  /** Needs targets that hold the scores of the proposals. */
  @Override
  public PlannerLoss loss() {
    return new IpadLoss(config, null);
  }

  /** Scores the proposals of every step. */
  @Override
  public PlannerLoss loss(SceneCaches scenes) {
    return new IpadLoss(config, scenes);
  }
}
