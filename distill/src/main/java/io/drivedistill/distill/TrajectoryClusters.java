package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.latentaction.KMeans;
import java.util.Arrays;
import java.util.List;

/**
 * Typical trajectories: the centres of {@link KMeans} over driven ones. Headings count as the
 * metres that a point {@value #LEVER_M} m ahead of the rear axle moves. Stateless.
 */
final class TrajectoryClusters {
  private static final double LEVER_M = 4;
  private static final int ITERATIONS = 50;
  private static final int POSE = 3;

  private TrajectoryClusters() {}

  /**
   * @param trajectories x, y, heading of each pose, all of one length
   * @param count K
   * @return K trajectories, one behind the other
   * @throws DriveDistillException if there are fewer trajectories than centres
   */
  static float[] centres(List<float[]> trajectories, int count, long seed) {
    if (trajectories.size() < count) {
      throw new DriveDistillException(
          "The planning head wants "
              + count
              + " typical trajectories, the labelled scenes hold "
              + trajectories.size(),
          "Maybe lower student.head's size or proposals, or label more scenes.");
    }
    int numbers = trajectories.get(0).length;
    double[][] points = new double[trajectories.size()][numbers];
    for (int n = 0; n < points.length; n++) {
      float[] trajectory = trajectories.get(n);
      Arrays.setAll(points[n], i -> trajectory[i] * scale(i));
    }
    double[][] found = KMeans.centres(points, count, ITERATIONS, seed);
    float[] centres = new float[count * numbers];
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < numbers; i++) {
        centres[k * numbers + i] = (float) (found[k][i] / scale(i));
      }
    }
    return centres;
  }

  private static double scale(int number) {
    return number % POSE == POSE - 1 ? LEVER_M : 1;
  }
}
