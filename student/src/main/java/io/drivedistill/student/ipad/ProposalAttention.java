package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.DeformableAttention;
import io.drivedistill.nn.Dropout;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;
import java.util.List;

/**
 * Lets the queries of all proposals look at each other (SPEC-ipad section 2): deformable attention
 * on the grid of proposals and time steps, anchored where the pose lies in the field around the
 * ego. The published class looks at a queue of two grids, which are the same here.
 */
final class ProposalAttention extends Module {
  private static final int POINTS = 4;
  private static final int QUEUE = 2;
  private static final int HEADS = IpadConfig.HEADS;

  /** The field around the ego that is laid over the grid reaches this far. */
  static final double RANGE_M = 32;

  private final IpadConfig config;
  private final Linear offsets;
  private final Linear weights;
  private final Linear value;
  private final Linear out;
  private final Dropout dropout;

  ProposalAttention(IpadConfig config) {
    this.config = config;
    int channels = config.refiner().channels();
    offsets =
        child("sampling_offsets", SamplingOffsets.linear(QUEUE * channels, HEADS, QUEUE, POINTS));
    weights = child("attention_weights", Linear.zero(QUEUE * channels, HEADS * QUEUE * POINTS));
    value = child("value_proj", Linear.xavier(channels, channels));
    out = child("output_proj", Linear.xavier(channels, channels));
    dropout = new Dropout(config.refiner().dropout());
  }

  /**
   * @param queries [B, N, C]
   * @param positions [1, N, C]
   * @param poses [B, N, 3], without gradient
   * @return [B, N, C]
   */
  NDArray forward(Pass pass, NDArray queries, NDArray positions, NDArray poses) {
    long count = queries.getShape().get(1);
    int rows = config.proposals();
    int columns = config.poses();
    long channels = queries.getShape().get(2);
    NDArray asked =
        (config.mixesSamples() ? SampleMixing.values(queries) : queries)
            .concat(queries.add(positions), 2);
    // Both halves of the queue are the same queries, and each counts half.
    NDArray shares =
        Scalars.scale(
            weights.forward(pass, asked).reshape(-1, count, HEADS, QUEUE, POINTS).softmax(-1),
            1.0 / QUEUE);
    NDArray moved = offsets.forward(pass, asked).reshape(-1, count, HEADS, QUEUE, POINTS, 2);
    NDArray cells = Constants.of(queries.getManager(), new float[] {columns, rows}, 2);
    NDArray field = Scalars.scale(poses.get(":, :, 0:2").add(RANGE_M), 1 / (2 * RANGE_M));
    NDArray anchors =
        config.mixesSamples()
            ? SampleMixing.references(field)
            : field.reshape(-1, count, 1, 1, 1, 2);
    NDArray places = anchors.add(moved.div(cells));
    NDArray values = value.forward(pass, queries).reshape(-1, count, HEADS, channels / HEADS);
    NDList placesOf = places.split(QUEUE, 3);
    NDList sharesOf = shares.split(QUEUE, 3);
    List<DeformableAttention.Level> grid = List.of(new DeformableAttention.Level(rows, columns));
    // Half by half, as the reference sums.
    NDArray read = null;
    for (int half = 0; half < QUEUE; half++) {
      NDArray here =
          DeformableAttention.attend(values, grid, placesOf.get(half), sharesOf.get(half));
      read = read == null ? here : read.add(here);
    }
    return dropout.forward(pass, out.forward(pass, read)).add(queries);
  }

  /** Queries, positions, poses. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return new NDList(forward(pass, inputs.get(0), inputs.get(1), inputs.get(2)));
  }
}
