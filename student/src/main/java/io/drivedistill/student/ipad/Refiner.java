package io.drivedistill.student.ipad;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.nn.Embedding;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * One refinement of all proposals: reads their poses from the queries, then lets the queries look
 * around there. The same weights serve every refinement.
 */
final class Refiner extends Module {
  private static final String DECODER = "Bev_refiner.bev_decoder.";

  private final IpadConfig config;
  private final DeepMlp poses;
  private final Embedding rows;
  private final Embedding columns;
  private final List<RefinerLayer> layers = new ArrayList<>();
  private final VehicleAnchors anchors;

  Refiner(IpadConfig config) {
    this.config = config;
    int channels = config.refiner().channels();
    anchors = new VehicleAnchors(config);
    String positions = "Bev_refiner.positional_encoding.";
    Initialization uniform = new Initialization.Uniform(1);
    rows = child(positions + "row_embed", new Embedding(config.proposals(), channels / 2, uniform));
    columns = child(positions + "col_embed", new Embedding(config.poses(), channels / 2, uniform));
    child(DECODER.substring(0, DECODER.length() - 1), new PillarGrid(config));
    for (int i = 0; i < config.refiner().layers(); i++) {
      layers.add(child(DECODER + "layers." + i, new RefinerLayer(config)));
    }
    poses = child("traj_decoder", new DeepMlp(channels, config.refiner().feedForward(), 3));
  }

  /** Queries [B, N, C] to poses [B, N, 3]. */
  NDArray poses(Pass pass, NDArray queries) {
    return poses.forward(pass, queries);
  }

  /**
   * @param queries [B, N, C]
   * @param atPoses [B, N, 3]; no gradient flows to them
   * @param groundToImage [B, cameras, 4, 4]
   * @return [B, N, C]
   */
  NDArray refine(
      Pass pass, NDArray queries, NDArray atPoses, NDArray imageTokens, NDArray groundToImage) {
    NDArray fixed = atPoses.stopGradient();
    VehicleAnchors.Seen seen = anchors.of(fixed, groundToImage);
    NDArray positions = positions(pass, queries);
    NDArray x = queries;
    for (RefinerLayer layer : layers) {
      x = layer.forward(pass, x, positions, fixed, imageTokens, seen);
    }
    return x;
  }

  /** Column before row, [1, N, C]. */
  private NDArray positions(Pass pass, NDArray queries) {
    int proposals = config.proposals();
    int steps = config.poses();
    int half = config.refiner().channels() / 2;
    Shape grid = new Shape(proposals, steps, half);
    NDArray column = columns.table(pass).reshape(1, steps, half).broadcast(grid);
    NDArray row = rows.table(pass).reshape(proposals, 1, half).broadcast(grid);
    NDArray both = column.concat(row, 2).reshape(1, config.queries(), 2L * half);
    both.attach(queries.getManager());
    return both;
  }

  /** Queries, poses, image tokens, projection. */
  @Override
  protected NDList forward(Pass pass, NDList in) {
    return new NDList(refine(pass, in.get(0), in.get(1), in.get(2), in.get(3)));
  }
}
