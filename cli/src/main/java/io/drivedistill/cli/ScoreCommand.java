package io.drivedistill.cli;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.score.ClusterScoring;
import io.drivedistill.navsim.score.MetricCacheStore;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.navsim.score.ScoreMeans;
import io.drivedistill.navsim.score.ScoreRow;
import io.drivedistill.navsim.score.ScoreTableFile;
import io.drivedistill.navsim.score.SplitScorer;
import io.drivedistill.navsim.submission.PlannedScenes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Scores trajectories on a split. */
@Command(
    name = "score",
    description = "Score planned trajectories on the scenes of a NAVSIM split.",
    mixinStandardHelpOptions = true)
final class ScoreCommand implements Callable<Integer> {
  private static final int SHOWN_FAILURES = 10;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Root of the data set.")
  private Path data;

  @Option(names = "--split", required = true, paramLabel = "NAME", description = "Such as test.")
  private String split;

  @Option(
      names = "--scorer",
      paramLabel = "NAME",
      defaultValue = PdmScorer.NAME,
      description =
          "Version of the score: pdms-v1.1, epdms-v2 or epdms-v2-before-filter-fix; default:"
              + " ${DEFAULT-VALUE}.")
  private String scorer;

  @Option(
      names = "--trajectories",
      required = true,
      paramLabel = "FILE",
      description = "JSON Lines (docs/formats.md) or an official submission pickle.")
  private Path trajectories;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.csv",
      description = "Every sub-score of every trajectory.")
  private Path out;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Keep metric caches in this folder and use those that are there; scenes whose cache is"
              + " missing or damaged are built.")
  private Path cache;

  @Option(
      names = "--allow-partial",
      description = "Succeed although some scenes could not be scored.")
  private boolean allowPartial;

  @Option(names = "--threads", paramLabel = "N", description = "Threads; default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Score on a cluster of Apache Spark, as spark://HOST:7077, or local[*]; see"
              + " docs/spark.md.")
  private String master;

  @Override
  public Integer call() {
    if (!SplitScorer.SCORERS.contains(scorer)) {
      throw new ParameterException(
          spec.commandLine(),
          "Unknown scorer '" + scorer + "'; known: " + String.join(", ", SplitScorer.SCORERS));
    }
    if (threads < 1) {
      throw new ParameterException(spec.commandLine(), "--threads must be at least 1");
    }
    if (master != null && cache != null) {
      throw new ParameterException(
          spec.commandLine(), "--cache and --master exclude each other: a cluster keeps no caches");
    }
    NavsimDataset dataset = NavsimDataset.open(data, split);
    ScoreMeans means = new ScoreMeans();
    List<SplitScorer.Failure> failures = new ArrayList<>();
    try (PlannedScenes plans = PlannedScenes.open(trajectories)) {
      Set<String> tokens = plans.tokens();
      SplitScorer.Job job =
          new SplitScorer.Job(
              scorer,
              dataset,
              anyWindowOf(tokens, SplitScorer.futureFrames(scorer)),
              Optional.ofNullable(cache)
                  .map(folder -> MetricCacheStore.open(folder, scorer, split)),
              threads);
      List<String> columns = SplitScorer.columns(scorer);
      ScoreTableFile.write(
          out,
          columns,
          sink -> {
            Set<String> absent = new HashSet<>(tokens);
            Consumer<ScoreRow> rows =
                row -> {
                  absent.remove(row.token());
                  means.add(row);
                  sink.accept(row);
                };
            failures.addAll(
                master == null
                    ? SplitScorer.score(job, plans::of, rows, Main.progress())
                    : ClusterScoring.find().score(master, job, plans::of, rows));
            failures.forEach(failure -> absent.remove(failure.token()));
            absent.stream()
                .sorted()
                .map(token -> new SplitScorer.Failure(token, "no scene of split '" + split + "'"))
                .forEach(failures::add);
            if (!failures.isEmpty() && !allowPartial) {
              throw unscored(failures, tokens.size());
            }
            return new ScoreTableFile.Heading(scorer, split, failures.size());
          });
      print(columns, means, plans, failures);
    }
    return 0;
  }

  /** Windows that start at any frame: the tokens alone choose. */
  private static SceneFilter anyWindowOf(Set<String> tokens, int futureFrames) {
    return new SceneFilter(
        4,
        futureFrames,
        OptionalInt.of(1),
        false,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.of(Set.copyOf(tokens)));
  }

  private static DriveDistillException unscored(List<SplitScorer.Failure> failures, int scenes) {
    StringBuilder message = new StringBuilder();
    message.append(String.format("%d of %d scenes could not be scored:", failures.size(), scenes));
    failures.stream().limit(SHOWN_FAILURES).forEach(f -> message.append(line(f)));
    if (failures.size() > SHOWN_FAILURES) {
      message.append(System.lineSeparator()).append("  …");
    }
    return new DriveDistillException(
        message.toString(),
        "Maybe the trajectories belong to another split; --allow-partial scores the others.");
  }

  private static String line(SplitScorer.Failure failure) {
    return System.lineSeparator() + "  " + failure.token() + ": " + failure.reason().strip();
  }

  private void print(
      List<String> columns,
      ScoreMeans means,
      PlannedScenes plans,
      List<SplitScorer.Failure> failures) {
    PrintWriter terminal = spec.commandLine().getOut();
    int scenes = plans.tokens().size();
    terminal.printf(
        "%s on split '%s': %d trajectories in %d of %d scenes%s%n",
        scorer,
        split,
        means.names().stream().mapToInt(means::rows).sum(),
        scenes - failures.size(),
        scenes,
        failures.isEmpty() ? "" : ", PARTIAL: " + failures.size() + " scenes have no score");
    if (plans.otherHorizons() > 0) {
      terminal.printf(
          "%d of %d trajectories do not end 4 s ahead: shorter ones stop at their last pose, longer"
              + " ones are cut.%n",
          plans.otherHorizons(), plans.count());
    }
    int nameWidth = means.names().stream().mapToInt(String::length).max().orElse(0);
    nameWidth = Math.max(nameWidth, 4);
    terminal.printf("%-" + nameWidth + "s  scenes  %s%n", "name", ShortNames.of(columns));
    for (String name : means.names()) {
      terminal.printf("%-" + nameWidth + "s  %6d", name, means.rows(name));
      for (double mean : means.of(name)) {
        terminal.printf(Locale.ROOT, "  %6.4f", mean);
      }
      terminal.println();
    }
    failures.stream().limit(SHOWN_FAILURES).forEach(f -> terminal.println(line(f).strip()));
  }
}
