package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.CrossEntropy;
import io.drivedistill.nn.Embedding;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Mlp;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;
import io.drivedistill.student.Student;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Truncated diffusion (Liao et al. 2024, DiffusionDrive): noise is added to typical trajectories
 * for the first steps of a long schedule only; a network says the clean trajectory and how likely
 * each candidate is. Planning starts from noisy anchors and takes a few DDIM steps.
 *
 * <p>The candidate whose anchor is nearest to what people drove learns the trajectory, all learn
 * the choice.
 */
public final class DiffusionHead extends AnchoredHead {
  /** Name of the cross entropy of the choice among the losses. */
  public static final String CHOICE = "choice";

  private static final int SCHEDULE_STEPS = 1000;
  private static final double FIRST_BETA = 1e-4;
  private static final double LAST_BETA = 0.02;

  /** A step says little at first, so that it does not drown what the candidates are. */
  private static final float SMALL = 0.02f;

  private final HeadConfig.Diffusion config;
  private final int poses;
  private final double[] kept;
  private final Embedding times;
  private final AnchorDecoder decoder;
  private final Mlp correction;
  private final Linear score;

  public DiffusionHead(HeadConfig.Diffusion config, HeadSizes sizes) {
    super(config.proposals(), sizes);
    this.config = config;
    poses = sizes.poses();
    kept = schedule(config.truncatedAt());
    times =
        child(
            "times",
            new Embedding(
                config.truncatedAt(), sizes.channels(), new Initialization.Uniform(SMALL)));
    decoder = child("decoder", new AnchorDecoder(sizes));
    correction = child("correction", new Mlp(sizes.channels(), sizes.hidden(), sizes.numbers()));
    score = child("score", new Linear(sizes.channels(), 1));
  }

  /** ᾱ of each step: the product of 1 − β, √β rising linearly. */
  private static double[] schedule(int steps) {
    double[] kept = new double[steps];
    double product = 1;
    for (int i = 0; i < steps; i++) {
      double share = (double) i / (SCHEDULE_STEPS - 1);
      double root = Math.sqrt(FIRST_BETA) * (1 - share) + Math.sqrt(LAST_BETA) * share;
      product *= 1 - root * root;
      kept[i] = product;
    }
    return kept;
  }

  @Override
  public List<TensorSpec> noise() {
    return List.of(
        TensorSpec.of(
            NOISE,
            Dtype.F32,
            new long[] {TensorSpec.BATCH, config.proposals(), poses, 2},
            "1",
            "none",
            "Standard normal numbers that move the positions of each anchor."));
  }

  /** What the network says of noisy candidates: clean ones [B, K, T, 3] and logits [B, K]. */
  private record Denoised(NDArray trajectories, NDArray logits) {}

  /**
   * The clean trajectories are said as changes of the anchors, which are known, not of the noisy
   * candidates, as DiffusionDrive has it: a network that has learnt nothing yet then plans like the
   * anchors and need not learn first to take the noise away.
   *
   * @param positions noisy, scaled, [B, K, T, 2]
   * @param headings [B or 1, K, T, 1] of the anchors
   * @param time embedding of the step, broadcastable to [B, K, C]
   */
  private Denoised denoised(
      Pass pass, PlanningState state, NDArray positions, NDArray headings, NDArray time) {
    NDArray metres = Scalars.scale(positions, Poses.POSITION_SCALE_M);
    NDArray candidates = metres.concat(spread(headings, metres), 3);
    NDArray decoded = decoder.forward(pass, candidates, state, time);
    NDArray change = correction.forward(pass, decoded).reshape(-1, proposals(), poses, 3);
    return new Denoised(change.add(anchors(pass)), score.forward(pass, decoded).squeeze(2));
  }

  /** Repeats the anchors' headings for every sample. */
  private static NDArray spread(NDArray headings, NDArray metres) {
    return Scalars.scale(metres.get(":, :, :, 0:1"), 0).add(headings);
  }

  @Override
  public Proposals propose(Pass pass, PlanningState state, NDList noise) {
    NDArray anchors = anchors(pass);
    NDArray headings = anchors.get(":, :, :, 2:");
    NDArray clean = positions(anchors);
    int step = config.truncatedAt() - 1;
    NDArray noisy = Scalars.scale(noise.head(), added(step)).add(Scalars.scale(clean, kept(step)));
    for (int i = 1; ; i++) {
      NDArray time = times.table(pass).get(new NDIndex(step + ":" + (step + 1)));
      Denoised said = denoised(pass, state, noisy, headings, time);
      if (i == config.steps()) {
        return new Proposals(said.trajectories(), said.logits());
      }
      clean = positions(said.trajectories());
      NDArray remaining =
          Scalars.scale(noisy.sub(Scalars.scale(clean, kept(step))), 1 / added(step));
      step = (config.truncatedAt() - 1) * (config.steps() - i) / config.steps();
      noisy = Scalars.scale(clean, kept(step)).add(Scalars.scale(remaining, added(step)));
      headings = said.trajectories().get(":, :, :, 2:");
    }
  }

  private double kept(int step) {
    return Math.sqrt(kept[step]);
  }

  private double added(int step) {
    return Math.sqrt(1 - kept[step]);
  }

  private static NDArray positions(NDArray trajectories) {
    return Scalars.scale(trajectories.get(":, :, :, 0:2"), 1 / Poses.POSITION_SCALE_M);
  }

  @Override
  public HeadLosses losses(Pass pass, PlanningState state, Map<String, NDArray> targets) {
    NDArray driven = targets.get(Student.TRAJECTORY).expandDims(1);
    NDArray anchors = anchors(pass);
    long batch = driven.getShape().get(0);
    NDManager manager = driven.getManager();
    NDArray step =
        manager
            .randomUniform(0, config.truncatedAt(), new Shape(batch), DataType.FLOAT32)
            .floor()
            .clip(0, config.truncatedAt() - 1)
            .toType(DataType.INT64, false);
    NDArray noise =
        manager.randomNormal(0, 1, new Shape(batch, proposals(), poses, 2), DataType.FLOAT32);
    NDArray noisy =
        noise
            .mul(perStep(step, this::added))
            .add(positions(anchors).mul(perStep(step, this::kept)));
    NDArray time = times.forward(pass, step).expandDims(1);
    Denoised said = denoised(pass, state, noisy, anchors.get(":, :, :, 2:"), time);
    NDArray apart = anchors.sub(driven).get(":, :, :, 0:2").square();
    NDArray nearest = apart.sum(new int[] {2, 3}).argMin(1);
    NDArray error = said.trajectories().sub(driven).abs();
    NDArray perCandidate = error.reshape(batch, proposals(), -1).mean(new int[] {2});
    Map<String, NDArray> losses = new LinkedHashMap<>();
    losses.put(Student.TRAJECTORY, perCandidate.gather(nearest.expandDims(1), 1).squeeze(1));
    losses.put(
        CHOICE,
        Scalars.scale(CrossEntropy.perElement(said.logits(), nearest), config.choiceWeight()));
    return HeadLosses.of(losses);
  }

  private interface OfStep {
    double at(int step);
  }

  /** A number for each sample's step, [B, 1, 1, 1]. */
  private NDArray perStep(NDArray steps, OfStep number) {
    float[] table = new float[config.truncatedAt()];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) number.at(i);
    }
    return Constants.of(steps.getManager(), table, table.length)
        .gather(steps, 0)
        .reshape(-1, 1, 1, 1);
  }
}
