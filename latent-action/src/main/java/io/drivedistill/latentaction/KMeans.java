package io.drivedistill.latentaction;

import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.distance.DistanceType;
import org.tribuo.math.la.DenseVector;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** K-means with a k-means++ start (Tribuo). */
public final class KMeans {
  /** Kept, so that its level stays: Tribuo tells of every iteration on the terminal otherwise. */
  private static final Logger QUIET = Logger.getLogger(KMeansTrainer.class.getName());

  static {
    QUIET.setLevel(Level.WARNING);
  }

  private KMeans() {}

  /**
   * Centres of points.
   *
   * @param points [n][D], n at least {@code count}
   * @param iterations at most
   * @return [count][D]; equal points and seeds give equal centres
   */
  public static double[][] centres(double[][] points, int count, int iterations, long seed) {
    int width = points[0].length;
    String[] names = new String[width];
    // Tribuo sorts features by name.
    Arrays.setAll(names, i -> String.format("d%05d", i));
    ClusteringFactory factory = new ClusteringFactory();
    MutableDataset<ClusterID> data =
        new MutableDataset<>(new SimpleDataSourceProvenance("points", factory), factory);
    for (double[] point : points) {
      data.add(new ArrayExample<>(ClusteringFactory.UNASSIGNED_CLUSTER_ID, names, point.clone()));
    }
    DenseVector[] found =
        new KMeansTrainer(
                count,
                iterations,
                DistanceType.L2.getDistance(),
                KMeansTrainer.Initialisation.PLUSPLUS,
                1,
                seed)
            .train(data)
            .getCentroidVectors();
    return Arrays.stream(found).map(DenseVector::toArray).toArray(double[][]::new);
  }
}
