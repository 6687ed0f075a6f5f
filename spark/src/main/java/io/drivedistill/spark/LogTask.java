package io.drivedistill.spark;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.score.SplitScorer;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * What a machine of the cluster does with a log.
 *
 * @param scorer name of the scorer
 * @param root root of the data set
 * @param split name of the split
 * @param filter which scenes
 */
record LogTask(String scorer, String root, String split, ShippedFilter filter)
    implements Serializable {
  static LogTask of(SplitScorer.Job job) {
    return new LogTask(
        job.scorer(),
        job.dataset().layout().root().toAbsolutePath().toString(),
        job.dataset().split(),
        ShippedFilter.of(job.filter()));
  }

  LogScores score(String log, ShippedPlans plans) {
    try {
      SplitScorer.Job job =
          new SplitScorer.Job(
              scorer,
              NavsimDataset.open(Path.of(root), split),
              filter.ofLog(log),
              Optional.empty(),
              1);
      ArrayList<LogScores.Row> rows = new ArrayList<>();
      List<SplitScorer.Failure> failures =
          SplitScorer.score(
              job, plans::of, row -> rows.add(LogScores.Row.of(row)), Progress.silent());
      LinkedHashMap<String, String> reasons = new LinkedHashMap<>();
      failures.forEach(failure -> reasons.put(failure.token(), failure.reason()));
      return new LogScores(log, rows, reasons, "");
    } catch (DriveDistillException e) {
      // Spark would try again and then hide the message in a stack trace.
      return new LogScores(log, new ArrayList<>(), new LinkedHashMap<>(), e.getMessage());
    }
  }
}
