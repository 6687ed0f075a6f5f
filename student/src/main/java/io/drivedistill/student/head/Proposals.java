package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.nn.Scalars;

/**
 * Trajectories that a planner could drive.
 *
 * @param trajectories [B, K, T, 3]: x, y in metres, heading in radians
 * @param scores [B, K], the best is largest; only their order means something
 */
public record Proposals(NDArray trajectories, NDArray scores) {
  /**
   * The only proposal.
   *
   * @param trajectory [B, T, 3]
   */
  public static Proposals single(NDArray trajectory) {
    NDArray one = trajectory.expandDims(1);
    return new Proposals(one, Scalars.scale(one.sum(new int[] {2, 3}), 0));
  }

  /**
   * Scores each trajectory by how near it is to all the others: the largest belongs to the one that
   * is expected to err least if a sample of the same distribution is what should be driven.
   *
   * @param trajectories [B, K, T, 3], equally likely samples
   */
  public static Proposals samples(NDArray trajectories) {
    NDArray positions = trajectories.get(":, :, :, 0:2");
    NDArray apart = positions.expandDims(1).sub(positions.expandDims(2));
    NDArray metres = apart.square().sum(new int[] {4}).add(1e-6f).sqrt();
    return new Proposals(trajectories, metres.mean(new int[] {3}).sum(new int[] {2}).neg());
  }

  /** The trajectory with the largest score, [B, T, 3]. */
  public NDArray best() {
    Shape shape = trajectories.getShape();
    if (shape.get(1) == 1) {
      return trajectories.squeeze(1);
    }
    long poses = shape.get(2);
    NDArray rows = trajectories.reshape(-1, shape.get(1), poses * 3);
    NDArray place = scores.argMax(1).reshape(-1, 1, 1).repeat(2, poses * 3);
    return rows.gather(place, 1).reshape(-1, poses, 3);
  }
}
