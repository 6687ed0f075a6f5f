package io.drivedistill.cli;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.navsim.score.ScoreTableFile;
import io.drivedistill.navsim.score.SplitScorer;
import io.drivedistill.navsim.submission.NamedTrajectory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
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
      description = "Version of the score: pdms-v1.1 or epdms-v2; default: ${DEFAULT-VALUE}.")
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
      names = "--allow-partial",
      description = "Succeed although some scenes could not be scored.")
  private boolean allowPartial;

  @Option(names = "--threads", paramLabel = "N", description = "Threads; default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public Integer call() {
    if (!SplitScorer.SCORERS.contains(scorer)) {
      throw new ParameterException(
          spec.commandLine(),
          "Unknown scorer '" + scorer + "'; known: " + String.join(", ", SplitScorer.SCORERS));
    }
    Map<String, Map<String, Trajectory>> plans = byScene(TrajectoryFile.read(trajectories));
    NavsimDataset dataset = NavsimDataset.open(data, split);
    SplitScorer.Outcome scored =
        SplitScorer.score(
            scorer,
            dataset,
            anyWindowOf(plans.keySet()),
            scene -> plans.get(scene.token()),
            threads,
            Main.progress());
    List<SplitScorer.Failure> failures = new ArrayList<>(scored.failures());
    absent(plans.keySet(), scored)
        .forEach(
            token ->
                failures.add(new SplitScorer.Failure(token, "no scene of split '" + split + "'")));
    ScoreTable table =
        new ScoreTable(
            scored.table().scorer(),
            scored.table().split(),
            failures.size(),
            scored.table().columns(),
            scored.table().rows());
    if (!failures.isEmpty() && !allowPartial) {
      throw unscored(failures, plans.size());
    }
    ScoreTableFile.write(out, table);
    print(table, plans.size(), failures);
    return 0;
  }

  private static Map<String, Map<String, Trajectory>> byScene(List<NamedTrajectory> lines) {
    Map<String, Map<String, Trajectory>> plans = new LinkedHashMap<>();
    for (NamedTrajectory line : lines) {
      plans
          .computeIfAbsent(line.token(), token -> new LinkedHashMap<>())
          .put(line.name(), line.trajectory());
    }
    return plans;
  }

  /** Windows that start at any frame: the tokens alone choose. */
  private static SceneFilter anyWindowOf(Set<String> tokens) {
    return new SceneFilter(
        4,
        10,
        OptionalInt.of(1),
        false,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.of(Set.copyOf(tokens)));
  }

  private static Set<String> absent(Set<String> tokens, SplitScorer.Outcome scored) {
    Set<String> absent = new LinkedHashSet<>(tokens);
    scored.table().rows().forEach(row -> absent.remove(row.token()));
    scored.failures().forEach(failure -> absent.remove(failure.token()));
    return absent;
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

  private void print(ScoreTable table, int scenes, List<SplitScorer.Failure> failures) {
    PrintWriter terminal = spec.commandLine().getOut();
    terminal.printf(
        "%s on split '%s': %d trajectories in %d of %d scenes%s%n",
        table.scorer(),
        table.split(),
        table.rows().size(),
        scenes - failures.size(),
        scenes,
        failures.isEmpty() ? "" : ", PARTIAL: " + failures.size() + " scenes have no score");
    int nameWidth = table.names().stream().mapToInt(String::length).max().orElse(0);
    nameWidth = Math.max(nameWidth, 4);
    terminal.printf("%-" + nameWidth + "s  scenes  %s%n", "name", ShortNames.of(table.columns()));
    for (String name : table.names()) {
      terminal.printf(
          "%-" + nameWidth + "s  %6d", name, table.column(name, ScoreTable.SCORE).size());
      for (double mean : table.means(name)) {
        terminal.printf(Locale.ROOT, "  %6.4f", mean);
      }
      terminal.println();
    }
    failures.stream().limit(SHOWN_FAILURES).forEach(f -> terminal.println(line(f).strip()));
  }
}
