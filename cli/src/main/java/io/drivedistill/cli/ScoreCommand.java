package io.drivedistill.cli;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.score.ClusterScoring;
import io.drivedistill.navsim.score.MetricCacheStore;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.navsim.score.ScoreMeans;
import io.drivedistill.navsim.score.ScoreRow;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.navsim.score.ScoreTableFile;
import io.drivedistill.navsim.score.SplitScorer;
import io.drivedistill.navsim.score.TwoStageGroup;
import io.drivedistill.navsim.score.TwoStageScorer;
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
import picocli.CommandLine.Mixin;
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

  @Mixin private SplitOptions source;

  @Option(
      names = "--scorer",
      paramLabel = "NAME",
      defaultValue = PdmScorer.NAME,
      description =
          "Version of the score: pdms-v1.1, epdms-v2, epdms-v2-before-filter-fix or"
              + " epdms-v2-two-stage; default: ${DEFAULT-VALUE}.")
  private String scorer;

  @Option(
      names = "--groups",
      paramLabel = "FILE.yaml",
      description =
          "Which scenes belong together, for epdms-v2-two-stage: an official split file, as"
              + " train_test_split/navhard_two_stage.yaml.")
  private Path groupFile;

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

  @Mixin private ThreadsOption threads;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Score on a cluster of Apache Spark, as spark://HOST:7077, or local[*]; see"
              + " docs/spark.md.")
  private String master;

  @Override
  public Integer call() {
    checkUsage();
    NavsimDataset dataset = source.open();
    List<TwoStageGroup> groups = groupFile == null ? List.of() : TwoStageGroup.read(groupFile);
    ScoreMeans means = new ScoreMeans();
    List<SplitScorer.Failure> failures = new ArrayList<>();
    try (PlannedScenes plans = PlannedScenes.open(trajectories)) {
      Set<String> wanted = groups.isEmpty() ? plans.tokens() : TwoStageScorer.tokens(groups);
      int results = groups.isEmpty() ? wanted.size() : groups.size();
      SplitScorer.Job job =
          new SplitScorer.Job(
              scorer,
              dataset,
              anyWindowOf(wanted, SplitScorer.futureFrames(scorer)),
              Optional.ofNullable(cache)
                  .map(folder -> MetricCacheStore.open(folder, scorer, source.split())),
              threads.count());
      List<String> columns = SplitScorer.columns(scorer);
      ScoreTableFile.write(
          out,
          columns,
          sink -> {
            Consumer<ScoreRow> rows =
                row -> {
                  means.add(row);
                  sink.accept(row);
                };
            failures.addAll(
                groups.isEmpty()
                    ? scoreScenes(job, plans, wanted, rows)
                    : TwoStageScorer.score(
                        groups, frames -> scoreScenes(job, plans, wanted, frames), rows));
            if (!failures.isEmpty() && !allowPartial) {
              throw unscored(failures, results);
            }
            return new ScoreTableFile.Heading(scorer, splitOfResult(), failures.size());
          });
      print(columns, means, plans, failures, results);
    }
    return 0;
  }

  private void checkUsage() {
    boolean twoStage = scorer.equals(TwoStageScorer.NAME);
    if (!twoStage && !SplitScorer.SCORERS.contains(scorer)) {
      throw wrong(
          "Unknown scorer '"
              + scorer
              + "'; known: "
              + String.join(", ", SplitScorer.SCORERS)
              + ", "
              + TwoStageScorer.NAME);
    }
    if (twoStage != (groupFile != null)) {
      throw wrong(
          "--groups FILE.yaml and --scorer "
              + TwoStageScorer.NAME
              + " belong together: the file says which scenes make up the two stages");
    }
    if (master != null && cache != null) {
      throw wrong("--cache and --master exclude each other: a cluster keeps no caches");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Scores scenes here or on a cluster; a wanted scene without a row is a failure. */
  private List<SplitScorer.Failure> scoreScenes(
      SplitScorer.Job job, PlannedScenes plans, Set<String> wanted, Consumer<ScoreRow> rows) {
    Set<String> absent = new HashSet<>(wanted);
    Consumer<ScoreRow> seen =
        row -> {
          absent.remove(row.token());
          rows.accept(row);
        };
    List<SplitScorer.Failure> failures =
        new ArrayList<>(
            master == null
                ? SplitScorer.score(job, plans::of, seen, Main.progress())
                : ClusterScoring.find().score(master, job, plans::of, seen));
    failures.forEach(failure -> absent.remove(failure.token()));
    Set<String> planned = plans.tokens();
    absent.stream()
        .sorted()
        .map(
            token ->
                new SplitScorer.Failure(
                    token,
                    planned.contains(token)
                        ? "no scene of split '" + source.split() + "'"
                        : "no trajectory in " + trajectories))
        .forEach(failures::add);
    return failures;
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

  /** Groups of two files are not compared by accident. */
  private String splitOfResult() {
    if (groupFile == null) {
      return source.split();
    }
    String file = groupFile.getFileName().toString();
    return source.split() + "/" + file.replaceFirst("\\.ya?ml$", "");
  }

  /** What a row of the table stands for. */
  private String unit() {
    return groupFile == null ? "scenes" : "groups";
  }

  private DriveDistillException unscored(List<SplitScorer.Failure> failures, int results) {
    StringBuilder message = new StringBuilder();
    message.append(
        String.format("%d of %d %s could not be scored:", failures.size(), results, unit()));
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
      List<SplitScorer.Failure> failures,
      int results) {
    PrintWriter terminal = spec.commandLine().getOut();
    terminal.printf(
        "%s on split '%s': %d %s in %d of %d %s%s%n",
        scorer,
        source.split(),
        means.names().stream().mapToInt(means::rows).sum(),
        groupFile == null ? "trajectories" : "results",
        results - failures.size(),
        results,
        unit(),
        failures.isEmpty()
            ? ""
            : ", PARTIAL: " + failures.size() + " " + unit() + " have no score");
    if (plans.otherHorizons() > 0) {
      terminal.printf(
          "%d of %d trajectories do not end 4 s ahead: shorter ones stop at their last pose, longer"
              + " ones are cut.%n",
          plans.otherHorizons(), plans.count());
    }
    int nameWidth = means.names().stream().mapToInt(String::length).max().orElse(0);
    nameWidth = Math.max(nameWidth, 4);
    List<String> shown =
        groupFile == null
            ? columns
            : List.of(TwoStageScorer.STAGE_ONE, TwoStageScorer.STAGE_TWO, ScoreTable.SCORE);
    terminal.printf("%-" + nameWidth + "s  %s  %s%n", "name", unit(), ShortNames.of(shown));
    for (String name : means.names()) {
      terminal.printf("%-" + nameWidth + "s  %6d", name, means.rows(name));
      List<Double> values = means.of(name);
      for (String column : shown) {
        terminal.printf(Locale.ROOT, "  %6.4f", values.get(columns.indexOf(column)));
      }
      terminal.println();
    }
    failures.stream().limit(SHOWN_FAILURES).forEach(f -> terminal.println(line(f).strip()));
  }
}
