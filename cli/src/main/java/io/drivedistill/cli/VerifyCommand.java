package io.drivedistill.cli;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.distill.verification.Verification;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.nn.parity.Comparison;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares the models with what their published implementations computed. */
@Command(
    name = "verify",
    description = {
      "Build the models of fixture folders, run them, and print for each stored tensor, loss and"
          + " gradient how far this build, on this machine, lies from the published code.",
      "A folder holds config.json, io.safetensors and, unless they follow a formula, weights; or it"
          + " holds such folders. Allowed is 1e-5 + 1e-4 times the largest value; whole numbers"
          + " must be equal. The exit code is 1 if anything fails."
    },
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", arity = "1..*", description = "Fixture folders.")
  private List<Path> folders;

  @Option(names = "--failures-only", description = "Print only the tensors that fail.")
  private boolean failuresOnly;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    // As the references were computed: with more, sums round by their number, and the engine
    // computes narrow convolutions by other code.
    TensorLibrary.useThreads(1);
    List<Path> fixtures = Verification.fixtures(folders);
    int failed = 0;
    for (Path folder : fixtures) {
      try {
        failed += print(out, Verification.verify(folder)) ? 0 : 1;
      } catch (DriveDistillException e) {
        failed++;
        out.println("ERROR " + folder.getFileName());
        out.flush();
        spec.commandLine().getErr().println(e.getMessage());
      }
    }
    if (fixtures.size() > 1) {
      out.printf("%d of %d fixtures pass%n", fixtures.size() - failed, fixtures.size());
    }
    return failed == 0 ? 0 : Failures.RUN_FAILED;
  }

  private boolean print(PrintWriter out, Verification.Outcome outcome) {
    if (!failuresOnly) {
      out.println(outcome.name());
      out.println("  " + Comparison.heading());
    }
    for (Comparison comparison : outcome.comparisons()) {
      if (!failuresOnly || comparison.verdict() == Comparison.Verdict.FAIL) {
        out.println("  " + comparison);
      }
    }
    out.printf(
        "%s %s (%s): %d pass, %d fail, %d not compared%n",
        outcome.passed() ? "PASS" : "FAIL",
        outcome.name(),
        outcome.family(),
        outcome.count(Comparison.Verdict.PASS),
        outcome.count(Comparison.Verdict.FAIL),
        outcome.count(Comparison.Verdict.NOT_COMPARED));
    out.flush();
    return outcome.passed();
  }
}
