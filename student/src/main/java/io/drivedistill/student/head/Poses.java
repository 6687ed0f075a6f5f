package io.drivedistill.student.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.nn.Scalars;

/** Arithmetic of poses x, y, heading in the last axis. */
final class Poses {
  /** What positions are divided by where a network takes them in. */
  static final double POSITION_SCALE_M = 20;

  private Poses() {}

  /** Raw numbers to poses: x, y as they are, heading π·tanh. */
  static NDArray bounded(NDArray raw) {
    int last = raw.getShape().dimension() - 1;
    NDList parts = raw.split(new long[] {2}, last);
    return parts.get(0).concat(Scalars.scale(parts.get(1).tanh(), Math.PI), last);
  }

  /** Mean absolute error of each sample, [B, ...] and the same to [B]. */
  static NDArray absoluteError(NDArray poses, NDArray target) {
    return perSample(poses.sub(target).abs());
  }

  /** Mean over everything of each sample, [B, ...] to [B]. */
  static NDArray perSample(NDArray x) {
    return x.reshape(x.getShape().get(0), -1).mean(new int[] {1});
  }

  /** Trajectories [..., T, 3] to what networks take in, [..., 3·T]. */
  static NDArray scaled(NDArray trajectories) {
    long[] shape = trajectories.getShape().getShape();
    int last = shape.length - 1;
    NDList parts = trajectories.split(new long[] {2}, last);
    NDArray poses = Scalars.scale(parts.get(0), 1 / POSITION_SCALE_M).concat(parts.get(1), last);
    return flat(poses);
  }

  /** [B, T, D] to [B, T·D], [B, K, T, D] to [B, K, T·D]. */
  static NDArray flat(NDArray x) {
    long[] shape = x.getShape().getShape();
    long numbers = shape[shape.length - 1] * shape[shape.length - 2];
    return shape.length == 3 ? x.reshape(-1, numbers) : x.reshape(-1, shape[1], numbers);
  }
}
