package io.drivedistill.cli;

import io.drivedistill.distill.PairedBootstrap;
import io.drivedistill.distill.SeedStudy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares two agents over score tables of several runs. */
@Command(
    name = "compare",
    description = {
      "Compare two agents scene by scene, over one run or over several with different seeds.",
      "Tables of different scorers or splits are refused."
    },
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SCORES.csv", arity = "1..*", description = "Score tables, one per run.")
  private List<Path> tables;

  @Option(
      names = "--agent",
      defaultValue = "distilled",
      description = "Agent of interest; default: ${DEFAULT-VALUE}.")
  private String agent;

  @Option(
      names = "--with",
      defaultValue = "baseline",
      description = "Agent it is compared with; default: ${DEFAULT-VALUE}.")
  private String reference;

  @Override
  public Integer call() {
    SeedStudy study = SeedStudy.of(tables, agent, reference);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-10s %-10s %-10s scenes  table%n", agent, reference, "difference");
    for (SeedStudy.Run run : study.runs()) {
      out.printf(
          Locale.ROOT,
          "%-10.2f %-10.2f %+-10.2f %6d  %s%n",
          100 * run.agentScore(),
          100 * run.referenceScore(),
          100 * run.difference(),
          run.scenes(),
          run.table());
    }
    if (study.runs().size() > 1) {
      print(out, "over " + study.runs().size() + " runs", study.overSeeds());
    }
    print(out, "over " + study.overScenes().count() + " scenes", study.overScenes());
    return 0;
  }

  private static void print(PrintWriter out, String basis, PairedBootstrap.Interval interval) {
    out.printf(
        Locale.ROOT,
        "mean difference %+.2f, 95 %% interval %+.2f to %+.2f %s%n",
        100 * interval.mean(),
        100 * interval.low(),
        100 * interval.high(),
        basis);
  }
}
