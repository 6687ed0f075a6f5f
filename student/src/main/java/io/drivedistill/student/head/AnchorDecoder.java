package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Mlp;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.MultiHeadAttention;
import io.drivedistill.nn.Pass;

/**
 * Lets candidate trajectories look at the scene, each for itself: pre-norm attention to the memory
 * and MLP with residuals, then a last normalisation.
 */
final class AnchorDecoder extends Module {
  private final Mlp embedding;
  private final LayerNorm norm1;
  private final MultiHeadAttention attention;
  private final LayerNorm norm2;
  private final Mlp mlp;
  private final LayerNorm last;

  AnchorDecoder(HeadSizes sizes) {
    int channels = sizes.channels();
    embedding = child("embedding", new Mlp(sizes.numbers(), sizes.hidden(), channels));
    norm1 = child("norm1", new LayerNorm(channels));
    attention = child("attn", new MultiHeadAttention(channels, sizes.attentionHeads(), 0));
    norm2 = child("norm2", new LayerNorm(channels));
    mlp = child("mlp", new Mlp(channels, sizes.hidden(), channels));
    last = child("norm", new LayerNorm(channels));
  }

  /**
   * @param trajectories [B or 1, K, T, 3]
   * @param more added to each candidate, broadcastable to [B, K, C]
   * @return [B, K, C]
   */
  NDArray forward(Pass pass, NDArray trajectories, PlanningState state, NDArray more) {
    NDArray candidates = embedding.forward(pass, Poses.scaled(trajectories));
    NDArray x = state.query().expandDims(1).add(candidates);
    if (more != null) {
      x = x.add(more);
    }
    NDArray memory = state.memory();
    x = x.add(attention.forward(pass, norm1.forward(pass, x), memory, memory, null));
    x = x.add(mlp.forward(pass, norm2.forward(pass, x)));
    return last.forward(pass, x);
  }

  /** Query, memory, speed and trajectories. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    PlanningState state = new PlanningState(inputs.get(0), inputs.get(1), inputs.get(2));
    return new NDList(forward(pass, inputs.get(3), state, null));
  }
}
