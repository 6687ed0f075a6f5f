package io.drivedistill.cli;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.submission.Submission;
import io.drivedistill.navsim.submission.SubmissionPickle;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a leaderboard would refuse. */
@Command(
    name = "check",
    description = "Say what a submission holds and what a leaderboard would refuse.",
    mixinStandardHelpOptions = true)
final class SubmissionCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE.pkl", description = "The submission.")
  private Path file;

  @Option(
      names = "--filter",
      required = true,
      paramLabel = "FILE.yaml",
      description = "Official scene filter whose scenes are asked for, such as navtest.yaml.")
  private Path filter;

  @Override
  public Integer call() {
    Submission submission = SubmissionPickle.read(file);
    Set<String> tokens =
        SceneFilter.read(filter)
            .tokens()
            .orElseThrow(
                () ->
                    new DriveDistillException(
                        "The filter " + filter + " lists no tokens.",
                        "Maybe take the filter of the split that the leaderboard asks for."));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Submission of '%s' by %s: %d trajectories for %d scenes%n",
        submission.teamName(),
        String.join(", ", submission.authors()),
        submission.predictions().stream().mapToInt(Map::size).sum(),
        tokens.size());
    List<String> problems = submission.problems(tokens);
    problems.forEach(problem -> out.println("REFUSED " + problem));
    if (problems.isEmpty()) {
      out.println("Nothing to refuse.");
    }
    return problems.isEmpty() ? 0 : Failures.RUN_FAILED;
  }
}
