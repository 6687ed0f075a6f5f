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

/** Centres of k-means (k-means++ start, Tribuo) for a codebook to begin with. */
final class CodebookClusters {
  private static final int ITERATIONS = 20;

  /** Kept, so that its level stays: Tribuo tells of every iteration on the terminal otherwise. */
  private static final Logger QUIET = Logger.getLogger(KMeansTrainer.class.getName());

  static {
    QUIET.setLevel(Level.WARNING);
  }

  private CodebookClusters() {}

  /**
   * @param points [n][D], n at least {@code count}
   * @return [count][D]; equal points and seeds give equal centres
   */
  static float[][] centres(float[][] points, int count, long seed) {
    int width = points[0].length;
    String[] names = new String[width];
    // Tribuo sorts features by name.
    Arrays.setAll(names, i -> String.format("d%05d", i));
    ClusteringFactory factory = new ClusteringFactory();
    MutableDataset<ClusterID> data =
        new MutableDataset<>(new SimpleDataSourceProvenance("embeddings", factory), factory);
    for (float[] point : points) {
      double[] values = new double[width];
      Arrays.setAll(values, i -> point[i]);
      data.add(new ArrayExample<>(ClusteringFactory.UNASSIGNED_CLUSTER_ID, names, values));
    }
    DenseVector[] found =
        new KMeansTrainer(
                count,
                ITERATIONS,
                DistanceType.L2.getDistance(),
                KMeansTrainer.Initialisation.PLUSPLUS,
                1,
                seed)
            .train(data)
            .getCentroidVectors();
    float[][] centres = new float[count][width];
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < width; i++) {
        centres[k][i] = (float) found[k].get(i);
      }
    }
    return centres;
  }
}
