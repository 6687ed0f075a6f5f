package io.drivedistill.navsim.score;

import io.drivedistill.core.DriveDistillException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * Scoring on several machines. Implementations are found by {@link ServiceLoader}, so that nothing
 * here depends on a cluster's library.
 */
public interface ClusterScoring {
  /**
   * Scores as {@link SplitScorer} does, with the same rows to the last bit, one log a task. Every
   * machine builds the metric caches that it needs.
   *
   * @param master the cluster, as {@code spark://host:7077} or {@code local[*]}
   * @param job what is to be scored; the filter names its tokens, the root of the data set is the
   *     same path on every machine, caches are not kept
   * @param source the trajectories to score, which are sent to every machine
   * @param rows takes the rows, in the order of logs and scenes
   * @return scenes that could not be scored
   * @throws DriveDistillException if the cluster cannot be reached, or a log or map is damaged
   */
  List<SplitScorer.Failure> score(
      String master, SplitScorer.Job job, SplitScorer.PlanSource source, Consumer<ScoreRow> rows);

  /**
   * The implementation on the class path.
   *
   * @throws DriveDistillException if there is none
   */
  static ClusterScoring find() {
    return ServiceLoader.load(ClusterScoring.class)
        .findFirst()
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "Expected the module 'spark' on the class path for --master, found none.",
                    "Maybe start the command by ./drivedistill, which adds it; docs/spark.md says"
                        + " how to do so otherwise."));
  }
}
