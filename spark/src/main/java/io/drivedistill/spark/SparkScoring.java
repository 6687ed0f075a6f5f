package io.drivedistill.spark;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.score.ClusterScoring;
import io.drivedistill.navsim.score.ScoreRow;
import io.drivedistill.navsim.score.SplitScorer;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.StorageLevels;
import org.apache.spark.broadcast.Broadcast;

/**
 * Scores a split with one Spark task per log: a scorer may compare a scene with the one before it
 * in its log, so a log is the smallest independent piece. Every task builds the caches and scores
 * as the single process does; the driver hands the rows over in the order of the logs.
 */
public final class SparkScoring implements ClusterScoring {
  private static final Pattern THIS_MACHINE = Pattern.compile("local(\\[([1-9]\\d*|\\*)])?");
  private static final Pattern CLUSTER = Pattern.compile("spark://[^/]+:\\d+(,[^/]+:\\d+)*");

  /** Made by the service loader. */
  public SparkScoring() {}

  @Override
  public List<SplitScorer.Failure> score(
      String master, SplitScorer.Job job, SplitScorer.PlanSource source, Consumer<ScoreRow> rows) {
    List<String> logs = job.dataset().selectedLogs(job.filter());
    Set<String> tokens =
        job.filter()
            .tokens()
            .orElseThrow(() -> new IllegalArgumentException("the filter names no tokens"));
    LogTask task = LogTask.of(job);
    try (JavaSparkContext spark = new JavaSparkContext(configuration(master))) {
      Broadcast<ShippedPlans> plans = spark.broadcast(ShippedPlans.of(tokens, source));
      JavaRDD<LogScores> scored =
          spark
              .parallelize(logs, Math.max(1, logs.size()))
              .map(log -> task.score(log, plans.value()))
              .persist(StorageLevels.DISK_ONLY);
      // All logs are scored in parallel and wait on the disks of their machines; then they come
      // one by one, so that no more than a log's rows are in memory here.
      scored.count();
      int limit = job.filter().maxScenes().orElse(Integer.MAX_VALUE);
      return handOver(scored.toLocalIterator(), limit, rows);
    } catch (DriveDistillException | UncheckedIOException e) {
      throw e;
    } catch (Exception e) {
      // Also the checked SparkException, which Spark's methods throw without declaring it.
      throw failure(master, e);
    }
  }

  private static SparkConf configuration(String master) {
    boolean here = THIS_MACHINE.matcher(master).matches();
    if (!here && !CLUSTER.matcher(master).matches()) {
      throw new DriveDistillException(
          "Expected a master as spark://HOST:7077, local[*] or local[4], found '" + master + "'.",
          "Maybe it is misspelt, or the cluster is of a kind other than Spark's own.");
    }
    SparkConf configuration =
        new SparkConf()
            .setAppName("drivedistill score")
            .setMaster(master)
            .set("spark.ui.enabled", "false");
    if (!here) {
      configuration.setJars(OwnJars.find().toArray(String[]::new));
    }
    return configuration;
  }

  private static List<SplitScorer.Failure> handOver(
      Iterator<LogScores> logs, int limit, Consumer<ScoreRow> rows) {
    int scenes = 0;
    List<SplitScorer.Failure> failures = new ArrayList<>();
    while (logs.hasNext()) {
      LogScores log = logs.next();
      if (!log.problem().isEmpty()) {
        throw new DriveDistillException(
            "Log " + log.log() + " could not be scored: " + log.problem().strip(),
            "Maybe the data root is not at the same path on every machine of the cluster.");
      }
      if (scenes >= limit) {
        break;
      }
      String last = "";
      for (LogScores.Row row : log.rows()) {
        if (!row.token().equals(last)) {
          last = row.token();
          scenes++;
        }
        if (scenes <= limit) {
          rows.accept(row.toScoreRow());
        }
      }
      log.failures().forEach((token, why) -> failures.add(new SplitScorer.Failure(token, why)));
    }
    return failures;
  }

  private static DriveDistillException failure(String master, Exception e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    return new DriveDistillException(
        "Spark could not score on '" + master + "': " + message,
        "Maybe the master is misspelt or cannot be reached, or its Spark is another version;"
            + " --verbose shows what Spark says.",
        e);
  }
}
