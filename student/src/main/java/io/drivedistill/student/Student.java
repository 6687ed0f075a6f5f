package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.core.PointGrid;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.ResNet;
import io.drivedistill.student.head.Proposals;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A planner that a teacher can guide. It works in two halves: {@link #encode} turns sensors into
 * tokens, {@link #plan} and {@link #predict} turn tokens into trajectories. {@link StudentModel}
 * puts {@link Guidance} between them.
 *
 * <p>Both halves consist of array operations only, without any look at values, so that they can be
 * traced for export.
 */
public abstract class Student extends Module {
  /** Name of the planned poses in outputs and targets. */
  public static final String TRAJECTORY = "trajectory";

  /**
   * Sizes of the tokens of {@link Encoding}.
   *
   * @param bevTokens N
   * @param bevChannels C
   * @param imageTokens M
   * @param imageChannels D
   * @param statusChannels S
   */
  public record TokenSizes(
      int bevTokens, int bevChannels, int imageTokens, int imageChannels, int statusChannels) {}

  /** What {@link #encode} takes, in this order. */
  public abstract List<TensorSpec> inputs();

  /**
   * Inputs that are counts of LiDAR points, by name: so an exported student can count by itself.
   */
  public Map<String, PointGrid> pointGrids() {
    return Map.of();
  }

  /** The planned poses: x, y in metres and heading in radians, [B, poses, 3]. */
  public abstract TensorSpec trajectory();

  /** What {@link #loss} compares predictions with; at least the {@link #trajectory}. */
  public List<TensorSpec> targets() {
    return List.of(trajectory());
  }

  /** Sizes of the tokens that {@link #encode} makes. */
  public abstract TokenSizes tokenSizes();

  /** From sensors to tokens. */
  public abstract Encoding encode(Pass pass, NDList inputs);

  /** The trajectory alone, [B, poses, 3]; zeros stand for chance where the planner knows it. */
  public abstract NDArray plan(Pass pass, Encoding encoding);

  /** How many trajectories {@link #propose} gives. */
  public int proposals() {
    return 1;
  }

  /** Standard normal numbers that {@link #propose} takes; none where chance has no part. */
  public List<TensorSpec> noise() {
    return List.of();
  }

  /**
   * All trajectories that the planner would consider.
   *
   * @param noise arrays as {@link #noise} says
   */
  public Proposals propose(Pass pass, Encoding encoding, NDList noise) {
    return Proposals.single(plan(pass, encoding));
  }

  /**
   * Trajectory and every head that only training needs, by name; {@link #TRAJECTORY} is among them.
   */
  public Map<String, NDArray> predict(Pass pass, Encoding encoding) {
    return Map.of(TRAJECTORY, plan(pass, encoding));
  }

  /** The camera encoder that takes ImageNet weights by torchvision's or timm's names, if any. */
  public Optional<ResNet> imageEncoder() {
    return Optional.empty();
  }

  /**
   * What training looks at. A planner whose training starts from what people did, as generative
   * ones do, overrides this; others predict without looking at the targets.
   *
   * @param targets by name, rows of samples without targets are zero
   */
  public Map<String, NDArray> predict(Pass pass, Encoding encoding, Map<String, NDArray> targets) {
    return predict(pass, encoding);
  }

  /** The loss this planner is trained with. */
  public PlannerLoss loss() {
    return new TrajectoryLoss();
  }

  /**
   * The loss of a training that can score plans. Planners that learn from the scores of their own
   * proposals override this.
   *
   * @param scenes the labelled scenes
   */
  public PlannerLoss loss(SceneCaches scenes) {
    return loss();
  }

  /** Plans without guidance. */
  @Override
  protected final NDList forward(Pass pass, NDList inputs) {
    return new NDList(plan(pass, encode(pass, inputs)));
  }
}
