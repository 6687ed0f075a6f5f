package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import java.util.List;
import java.util.Map;

/**
 * From what a planner knows of a scene to trajectories, and how to learn that.
 *
 * <p>{@link #propose} draws nothing itself: what it needs of chance is an input, so that planning
 * can be traced for export and the same noise gives the same plan. {@link #losses} runs in training
 * only, where draws come from the engine, which the training loop seeds at every step.
 */
public abstract class PlanningHead extends Module {
  /** Name of the input of standard normal numbers. */
  public static final String NOISE = "noise";

  /** K, how many trajectories {@link #propose} gives. */
  public abstract int proposals();

  /** Standard normal numbers that {@link #propose} takes; none where chance has no part. */
  public List<TensorSpec> noise() {
    return List.of();
  }

  /** What {@link #losses} needs beside the trajectory that people drove. */
  public List<TensorSpec> targets() {
    return List.of();
  }

  /**
   * Plans.
   *
   * @param noise arrays as {@link #noise} says
   */
  public abstract Proposals propose(Pass pass, PlanningState state, NDList noise);

  /**
   * The terms of this head's loss, each in the weight that it counts with.
   *
   * @param targets {@link io.drivedistill.student.Student#TRAJECTORY} [B, T, 3] and those of {@link
   *     #targets} by name
   * @return terms whose rows of samples without targets the planner does not count
   */
  public abstract HeadLosses losses(Pass pass, PlanningState state, Map<String, NDArray> targets);

  /**
   * What the forecast among the losses costs once the scorer has spoken; asked only of heads that
   * give a forecast.
   *
   * @param logits of {@link HeadLosses.Forecast}
   * @param scores [B, K, 6] of the proposals
   * @return [B] by name, each in the weight that it counts with
   */
  public Map<String, NDArray> judged(NDArray logits, NDArray scores) {
    throw new UnsupportedOperationException(getClass() + " makes no forecast");
  }

  /** Query [B, C], memory [B, M, C], speed [B, 1] and noise to the best trajectory [B, T, 3]. */
  @Override
  protected final NDList forward(Pass pass, NDList inputs) {
    PlanningState state = new PlanningState(inputs.get(0), inputs.get(1), inputs.get(2));
    return new NDList(propose(pass, state, new NDList(inputs.subList(3, inputs.size()))).best());
  }
}
