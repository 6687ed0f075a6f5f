package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;

/**
 * A head that starts from typical trajectories. They are a buffer, {@code anchors [K, T, 3]}: saved
 * and exported with the weights, never trained, and zero until {@link #setAnchors}.
 */
public abstract sealed class AnchoredHead extends PlanningHead
    permits VocabularyHead, DiffusionHead {
  private final Parameter anchors;
  private final int count;
  private final int poses;

  AnchoredHead(int count, HeadSizes sizes) {
    this.count = count;
    poses = sizes.poses();
    anchors = buffer("anchors", Initialization.zeros(), count, poses, 3);
  }

  @Override
  public final int proposals() {
    return count;
  }

  /**
   * Gives an initialised head its anchors.
   *
   * @param values K·T poses x, y, heading
   */
  public final void setAnchors(NDManager manager, float[] values) {
    Weights.set(anchors, Constants.of(manager, values, count, poses, 3));
  }

  /** [1, K, T, 3]. */
  final NDArray anchors(Pass pass) {
    return pass.value(anchors).expandDims(0);
  }
}
