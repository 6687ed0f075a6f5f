package io.drivedistill.cli;

import io.drivedistill.distill.Displacement;
import io.drivedistill.distill.HeadStudy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains one student with several planning heads and compares them. */
@Command(
    name = "heads",
    description = {
      "Train one student, without a teacher, with several planning heads; score and export each.",
      "A study that was stopped continues."
    },
    mixinStandardHelpOptions = true)
final class StudentHeadsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "STUDY", description = "YAML file, as configs/studies/heads.yaml.")
  private Path study;

  @Override
  public Integer call() {
    HeadStudy.Results results = HeadStudy.run(study, Main.progress());
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%-18s %18s %8s %16s %6s %12s%n",
        "head",
        "planning loss",
        "ADE",
        "minADE (of)",
        "PDMS",
        "ONNX - DJL");
    for (HeadStudy.Row row : results.rows()) {
      Displacement off = row.displacement();
      out.printf(
          Locale.ROOT,
          "%-18s %18s %6.2f m %16s %6.1f %12.1e%n",
          row.name(),
          String.format(Locale.ROOT, "%.3f -> %.3f", row.firstLoss(), row.lastLoss()),
          off.meanM(),
          off.proposals() == 1
              ? "-"
              : String.format(Locale.ROOT, "%.2f m (%d)", off.nearestM(), off.proposals()),
          100 * row.score(),
          row.exportDifference());
    }
    out.printf(
        Locale.ROOT,
        "%d held-out scenes; constant velocity %.1f PDMS, human %.1f%n",
        results.scenes(),
        100 * results.constantVelocityScore(),
        100 * results.humanScore());
    return 0;
  }
}
