package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.DeformableAttention;
import io.drivedistill.nn.Dropout;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;
import java.util.List;

/**
 * Lets every query look at the camera features around the places where the vehicle would be seen
 * (SPEC-ipad section 2), in all cameras that see it; their answers are averaged.
 */
final class CameraAttention extends Module {
  private static final int HEADS = IpadConfig.HEADS;

  private final IpadConfig config;
  private final Linear offsets;
  private final Linear weights;
  private final Linear value;
  private final Linear out;
  private final Dropout dropout;

  CameraAttention(IpadConfig config) {
    this.config = config;
    int channels = config.refiner().channels();
    int points = config.anchors().points();
    String inner = "deformable_attention.";
    offsets = child(inner + "sampling_offsets", SamplingOffsets.linear(channels, HEADS, 1, points));
    weights = child(inner + "attention_weights", Linear.zero(channels, HEADS * points));
    value = child(inner + "value_proj", Linear.xavier(channels, channels));
    out = child("output_proj", Linear.xavier(channels, channels));
    dropout = new Dropout(config.refiner().dropout());
  }

  /**
   * @param queries [B, N, C]
   * @param imageTokens [B, cameras·cells, C]
   * @return [B, N, C]
   */
  NDArray forward(Pass pass, NDArray queries, NDArray imageTokens, VehicleAnchors.Seen seen) {
    long count = queries.getShape().get(1);
    long channels = queries.getShape().get(2);
    int cameras = config.image().cameras().size();
    int points = config.anchors().points();
    int rows = config.image().rows();
    int columns = config.image().columns();
    NDArray shares =
        weights
            .forward(pass, queries)
            .reshape(-1, 1, count, HEADS, points)
            .softmax(-1)
            .add(queries.getManager().zeros(new Shape(1, cameras, 1, 1, 1)))
            .reshape(-1, count, HEADS, 1, points);
    NDArray cells = Constants.of(queries.getManager(), new float[] {columns, rows}, 2);
    NDArray moved =
        offsets.forward(pass, queries).reshape(-1, 1, count, HEADS, points, 2).div(cells);
    NDArray places = seen.places().expandDims(3).add(moved);
    NDArray perCamera =
        DeformableAttention.attend(
            value
                .forward(pass, imageTokens)
                .reshape(-1, (long) rows * columns, HEADS, channels / HEADS),
            List.of(new DeformableAttention.Level(rows, columns)),
            places.reshape(-1, count, HEADS, 1, points, 2),
            shares);
    NDArray sees = Scalars.atMost(seen.hits().sum(new int[] {3}), 1).expandDims(3);
    NDArray used = config.mixesSamples() ? SampleMixing.hits(sees) : sees;
    NDArray sum = perCamera.reshape(-1, cameras, count, channels).mul(used).sum(new int[] {1});
    NDArray mean = sum.div(Scalars.atLeast(sees.sum(new int[] {1}), 1));
    return dropout.forward(pass, out.forward(pass, mean)).add(queries);
  }

  /** Queries, image tokens, places, hits. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    VehicleAnchors.Seen seen = new VehicleAnchors.Seen(inputs.get(2), inputs.get(3));
    return new NDList(forward(pass, inputs.get(0), inputs.get(1), seen));
  }
}
