package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;
import io.drivedistill.student.Student;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A conditional variational autoencoder (Kingma and Welling 2014; Sohn et al. 2015): a latent
 * vector stands for what the scene leaves open. In training it is drawn from what an encoder says
 * of the driven trajectory, in planning from the standard normal distribution.
 */
public final class VariationalHead extends PlanningHead {
  /** Name of the divergence among the losses. */
  public static final String DIVERGENCE = "divergence";

  private static final int DEPTH = 1;

  private final HeadConfig.Variational config;
  private final int poses;
  private final ConditionedMlp encoder;
  private final ConditionedMlp decoder;

  public VariationalHead(HeadConfig.Variational config, HeadSizes sizes) {
    this.config = config;
    poses = sizes.poses();
    int channels = sizes.channels();
    int latent = config.latent();
    encoder =
        child(
            "encoder",
            new ConditionedMlp(sizes.numbers(), sizes.hidden(), DEPTH, 2 * latent, channels));
    decoder =
        child(
            "decoder",
            new ConditionedMlp(latent, sizes.hidden(), DEPTH, sizes.numbers(), channels));
  }

  @Override
  public int proposals() {
    return config.proposals();
  }

  @Override
  public List<TensorSpec> noise() {
    return List.of(
        TensorSpec.of(
            NOISE,
            Dtype.F32,
            new long[] {TensorSpec.BATCH, config.proposals(), config.latent()},
            "1",
            "none",
            "Standard normal numbers, one latent vector for each proposal."));
  }

  @Override
  public Proposals propose(Pass pass, PlanningState state, NDList noise) {
    NDArray poses = decoded(pass, state, noise.head());
    return Proposals.samples(poses);
  }

  private NDArray decoded(Pass pass, PlanningState state, NDArray latent) {
    NDArray raw = decoder.forward(pass, latent, state.query().expandDims(1));
    return Poses.bounded(raw.reshape(-1, latent.getShape().get(1), poses, 3));
  }

  @Override
  public HeadLosses losses(Pass pass, PlanningState state, Map<String, NDArray> targets) {
    NDArray driven = targets.get(Student.TRAJECTORY).expandDims(1);
    NDList moments =
        encoder
            .forward(pass, Poses.scaled(driven), state.query().expandDims(1))
            .split(new long[] {config.latent()}, 2);
    NDArray mean = moments.get(0);
    NDArray logVariance = moments.get(1);
    Shape shape = mean.getShape();
    NDArray noise = mean.getManager().randomNormal(0, 1, shape, mean.getDataType());
    NDArray latent = mean.add(Scalars.scale(logVariance, 0.5).exp().mul(noise));
    NDArray divergence =
        Scalars.scale(mean.square().add(logVariance.exp()).sub(logVariance).sub(1f), 0.5);
    Map<String, NDArray> losses = new LinkedHashMap<>();
    losses.put(Student.TRAJECTORY, Poses.absoluteError(decoded(pass, state, latent), driven));
    losses.put(
        DIVERGENCE, Scalars.scale(divergence.sum(new int[] {1, 2}), config.divergenceWeight()));
    return HeadLosses.of(losses);
  }
}
