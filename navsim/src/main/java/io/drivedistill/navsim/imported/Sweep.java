package io.drivedistill.navsim.imported;

/** A LiDAR sweep of a source, read when it is asked for. */
@FunctionalInterface
interface Sweep {
  /**
   * Points in the ego frame, {@code [n, 6]} row-major: x, y, z in metres, intensity, ring, lidar
   * number.
   */
  float[] pointsInEgo();
}
