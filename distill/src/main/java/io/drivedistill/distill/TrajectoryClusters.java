package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.clustering.kmeans.KMeansModel;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.distance.DistanceType;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Typical trajectories: the centres of k-means (k-means++, Tribuo) over driven ones. Headings count
 * as the metres that a point {@value #LEVER_M} m ahead of the rear axle moves. Stateless.
 */
final class TrajectoryClusters {
  private static final double LEVER_M = 4;
  private static final int ITERATIONS = 50;
  private static final int POSE = 3;

  /** Kept, so that its level stays: Tribuo tells of every iteration on the terminal otherwise. */
  private static final Logger QUIET = Logger.getLogger(KMeansTrainer.class.getName());

  static {
    QUIET.setLevel(Level.WARNING);
  }

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
    String[] names = new String[numbers];
    Arrays.setAll(names, i -> String.format("number%04d", i));
    ClusteringFactory factory = new ClusteringFactory();
    MutableDataset<ClusterID> data =
        new MutableDataset<>(
            new SimpleDataSourceProvenance("driven trajectories", factory), factory);
    for (float[] trajectory : trajectories) {
      double[] values = new double[numbers];
      Arrays.setAll(values, i -> trajectory[i] * scale(i));
      data.add(new ArrayExample<>(ClusteringFactory.UNASSIGNED_CLUSTER_ID, names, values));
    }
    KMeansModel model =
        new KMeansTrainer(
                count,
                ITERATIONS,
                DistanceType.L2.getDistance(),
                KMeansTrainer.Initialisation.PLUSPLUS,
                1,
                seed)
            .train(data);
    float[] centres = new float[count * numbers];
    List<double[]> found = new ArrayList<>();
    for (var centre : model.getCentroidVectors()) {
      found.add(centre.toArray());
    }
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < numbers; i++) {
        centres[k * numbers + i] = (float) (found.get(k)[i] / scale(i));
      }
    }
    return centres;
  }

  private static double scale(int number) {
    return number % POSE == POSE - 1 ? LEVER_M : 1;
  }
}
