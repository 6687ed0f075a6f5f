package io.drivedistill.cli;

import io.drivedistill.navsim.check.DatasetCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether a NAVSIM data set is whole, and what to do where it is not. */
@Command(
    name = "check",
    description = "Look for missing and damaged files of a NAVSIM data set.",
    mixinStandardHelpOptions = true)
final class DataCheckCommand implements Callable<Integer> {
  private static final int SHOWN = 20;
  private static final Set<String> OFFICIAL_SPLITS = Set.of("mini", "trainval", "test");

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Root of the data set.")
  private Path root;

  @Option(
      names = "--filter",
      paramLabel = "FILE.yaml",
      description =
          "Official scene filter, such as navtest.yaml, whose logs and scenes must be there; may"
              + " be repeated.")
  private List<Path> filters = List.of();

  @Mixin private ThreadsOption threads;

  @Override
  public Integer call() {
    DatasetCheck.Report report =
        DatasetCheck.check(root, filters, threads.count(), Main.progress());
    PrintWriter out = spec.commandLine().getOut();
    for (DatasetCheck.Split split : report.splits()) {
      out.printf(
          Locale.ROOT,
          "split %s: %d logs, %d frames%s; %d of %d sensor files%n",
          split.name(),
          split.logs(),
          split.frames(),
          split.damagedLogs() == 0 ? "" : ", " + split.damagedLogs() + " DAMAGED logs",
          split.sensors() - split.missing(),
          split.sensors());
    }
    report
        .maps()
        .forEach(
            (map, problem) ->
                out.printf("map %s: %s%n", map, problem.isEmpty() ? "whole" : problem));
    report
        .absentMaps()
        .forEach(
            map ->
                out.printf(
                    "map %s: not there; no log here names it, but NAVSIM's own code opens all"
                        + " four%n",
                    map));
    for (DatasetCheck.Filter filter : report.filters()) {
      out.printf(
          Locale.ROOT,
          "filter %s: %d of %d logs, %d of %d scenes%s%n",
          filter.name(),
          filter.presentLogs(),
          filter.logs(),
          filter.presentTokens(),
          filter.tokens(),
          filter.official() == 0 || filter.official() == filter.tokens()
              ? ""
              : "; the official filter has " + filter.official() + " scenes");
    }
    report.problems().stream().limit(SHOWN).forEach(problem -> out.println("DAMAGED " + problem));
    if (report.problems().size() > SHOWN) {
      out.printf("… and %d more%n", report.problems().size() - SHOWN);
    }
    advise(out, report);
    return report.whole() ? 0 : Failures.RUN_FAILED;
  }

  private static void advise(PrintWriter out, DatasetCheck.Report report) {
    if (report.maps().values().stream().anyMatch(problem -> !problem.isEmpty())) {
      out.println("Maybe get the maps again: download/download_maps.sh of the navsim repository.");
    }
    for (DatasetCheck.Split split : report.splits()) {
      boolean damaged =
          report.problems().stream().anyMatch(problem -> problem.startsWith(split.name() + ":"));
      if (damaged || split.missing() > 0) {
        out.printf(
            "Maybe get %s of '%s' again%s.%n",
            damaged ? "the named files" : "the missing sensor files (scores need none)",
            split.name(),
            OFFICIAL_SPLITS.contains(split.name())
                ? ": download/download_" + split.name() + ".sh of the navsim repository"
                : "");
      }
    }
    if (report.filters().stream().anyMatch(filter -> !filter.whole())) {
      out.println(
          "Maybe a filter belongs to a split that is not here: navtest needs 'test', navtrain"
              + " 'trainval', navmini 'mini'.");
    }
    out.println(report.whole() ? "Nothing is damaged." : "This data set is not whole.");
  }
}
