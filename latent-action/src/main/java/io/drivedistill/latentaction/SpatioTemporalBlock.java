package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;

/**
 * Pre-norm block of both dynamics models (SPEC-lam A3.3, A5): attention within each frame, then in
 * the encoder across the frames, then a GELU network of four times the width.
 */
final class SpatioTemporalBlock extends Module {
  private final FrameAttention spatial;
  private final FrameAttention temporal;
  private final LayerNorm beforeSpatial;
  private final LayerNorm beforeTemporal;
  private final LayerNorm beforeFeedForward;
  private final Linear into;
  private final Linear outOf;

  private SpatioTemporalBlock(int width, int heads, boolean acrossFrames) {
    spatial = child("spatial_attn", new FrameAttention(width, heads));
    temporal = acrossFrames ? child("temporal_attn", new FrameAttention(width, heads)) : null;
    into = child("ffn.0", new Linear(width, 4 * width));
    outOf = child("ffn.3", new Linear(4 * width, width));
    beforeSpatial = child("norm1", new LayerNorm(width));
    beforeTemporal = acrossFrames ? child("norm2", new LayerNorm(width)) : null;
    beforeFeedForward = child(acrossFrames ? "norm3" : "norm2", new LayerNorm(width));
  }

  static SpatioTemporalBlock acrossFrames(int width, int heads) {
    return new SpatioTemporalBlock(width, heads, true);
  }

  static SpatioTemporalBlock withinFrames(int width, int heads) {
    return new SpatioTemporalBlock(width, heads, false);
  }

  /**
   * @param x [B, T, N, C]; T is 2 for a block across frames
   * @param mask added to spatial scores, [B·T, 1, 1, N], or null
   */
  NDArray forward(Pass pass, NDArray x, NDArray mask) {
    Shape shape = x.getShape();
    NDArray rows = beforeSpatial.forward(pass, x).reshape(-1, shape.get(2), shape.get(3));
    NDArray result =
        x.add(
            spatial
                .withinFrame(pass, rows, mask)
                .reshape(-1, shape.get(1), shape.get(2), shape.get(3)));
    if (temporal != null) {
      result = result.add(temporal.acrossFrames(pass, beforeTemporal.forward(pass, result)));
    }
    NDArray hidden = into.forward(pass, beforeFeedForward.forward(pass, result));
    return result.add(outOf.forward(pass, Activation.gelu(hidden)));
  }

  /** Input [B, T, N, C] and, if wanted, the mask. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return new NDList(forward(pass, inputs.get(0), inputs.size() > 1 ? inputs.get(1) : null));
  }
}
