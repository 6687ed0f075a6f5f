package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.Dropout;
import io.drivedistill.nn.LayerNorm;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Nonlinearity;
import io.drivedistill.nn.Pass;

/** Queries look at each other, then at the cameras, then think; post-norm. */
final class RefinerLayer extends Module {
  private final ProposalAttention self;
  private final LayerNorm norm0;
  private final CameraAttention cameras;
  private final LayerNorm norm1;
  private final Linear up;
  private final Linear down;
  private final LayerNorm norm2;
  private final Dropout dropout;

  RefinerLayer(IpadConfig config) {
    int channels = config.refiner().channels();
    self = child("attentions.0", new ProposalAttention(config));
    cameras = child("attentions.1", new CameraAttention(config));
    up = child("ffns.0.layers.0.0", new Linear(channels, config.refiner().feedForward()));
    down = child("ffns.0.layers.1", new Linear(config.refiner().feedForward(), channels));
    norm0 = child("norms.0", new LayerNorm(channels));
    norm1 = child("norms.1", new LayerNorm(channels));
    norm2 = child("norms.2", new LayerNorm(channels));
    dropout = new Dropout(config.refiner().dropout());
  }

  NDArray forward(
      Pass pass,
      NDArray queries,
      NDArray positions,
      NDArray poses,
      NDArray imageTokens,
      VehicleAnchors.Seen seen) {
    NDArray own = norm0.forward(pass, self.forward(pass, queries, positions, poses));
    NDArray looked = norm1.forward(pass, cameras.forward(pass, own, imageTokens, seen));
    NDArray hidden = dropout.forward(pass, Nonlinearity.RELU.of(up.forward(pass, looked)));
    NDArray thought = dropout.forward(pass, down.forward(pass, hidden));
    return norm2.forward(pass, looked.add(thought));
  }

  /** Queries, positions, poses, image tokens, places, hits. */
  @Override
  protected NDList forward(Pass pass, NDList in) {
    VehicleAnchors.Seen seen = new VehicleAnchors.Seen(in.get(4), in.get(5));
    return new NDList(forward(pass, in.get(0), in.get(1), in.get(2), in.get(3), seen));
  }
}
