package io.drivedistill.distill;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.navsim.score.ScoreTableFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.descriptive.StreamingStatistics;

/**
 * One agent against another over several runs of an experiment with different seeds.
 *
 * @param agent the agent of interest
 * @param reference the agent it is compared with
 * @param runs one entry per run
 * @param overSeeds mean over runs of the mean difference, with the 95 % interval of Student's t
 *     over runs: what another seed would give; absent for a single run, then low and high are NaN
 * @param overScenes mean over all scenes of all runs, with the interval of the paired bootstrap:
 *     what other scenes would give
 */
public record SeedStudy(
    String agent,
    String reference,
    List<Run> runs,
    PairedBootstrap.Interval overSeeds,
    PairedBootstrap.Interval overScenes) {
  private static final double UPPER_TAIL = 0.975;

  /** Keeps a copy. */
  public SeedStudy {
    runs = List.copyOf(runs);
  }

  /**
   * One run.
   *
   * @param table file of its scores
   * @param agentScore mean score of the agent
   * @param referenceScore mean score of the other
   * @param scenes scored scenes
   */
  public record Run(Path table, double agentScore, double referenceScore, int scenes) {
    /** Mean of the paired differences. */
    public double difference() {
      return agentScore - referenceScore;
    }
  }

  /**
   * Compares two agents.
   *
   * @param tables score tables, one per run
   * @throws DriveDistillException if tables are of different scorers or splits, or lack an agent
   */
  public static SeedStudy of(List<Path> tables, String agent, String reference) {
    List<Run> runs = new ArrayList<>();
    List<Double> differences = new ArrayList<>();
    StreamingStatistics means = new StreamingStatistics();
    ScoreTable first = null;
    for (Path file : tables) {
      ScoreTable table = ScoreTableFile.read(file);
      if (first == null) {
        first = table;
      }
      first.requireComparable(table);
      Map<String, Double> own = scores(file, table, agent);
      Map<String, Double> other = scores(file, table, reference);
      own.forEach((token, score) -> differences.add(score - other.get(token)));
      Run run = new Run(file, table.meanScore(agent), table.meanScore(reference), own.size());
      runs.add(run);
      means.addValue(run.difference());
    }
    double half =
        runs.size() < 2
            ? Double.NaN
            : new TDistribution(runs.size() - 1).inverseCumulativeProbability(UPPER_TAIL)
                * means.getStandardDeviation()
                / Math.sqrt(runs.size());
    double mean = means.getMean();
    return new SeedStudy(
        agent,
        reference,
        runs,
        new PairedBootstrap.Interval(mean, mean - half, mean + half, runs.size()),
        new PairedBootstrap(10_000, 1)
            .mean(differences.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  private static Map<String, Double> scores(Path file, ScoreTable table, String agent) {
    Map<String, Double> scores = table.column(agent, ScoreTable.SCORE);
    if (scores.isEmpty()) {
      throw new DriveDistillException(
          file + " has no scores of '" + agent + "', it has " + table.names(),
          "Maybe the name is misspelt.");
    }
    return scores;
  }
}
