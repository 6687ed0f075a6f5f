package io.drivedistill.cli;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.submission.PlannedScenes;
import io.drivedistill.navsim.submission.Submission;
import io.drivedistill.navsim.submission.SubmissionPickle;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the pickle that a leaderboard takes. */
@Command(
    name = "write",
    description = "Write the trajectories of one planner as an official submission pickle.",
    mixinStandardHelpOptions = true)
final class SubmissionWriteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--trajectories",
      required = true,
      paramLabel = "FILE",
      description = "JSON Lines (docs/formats.md).")
  private Path trajectories;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Which planner of the file; needed where it has several.")
  private String name;

  @Option(names = "--team", required = true, paramLabel = "TEXT", description = "Team name.")
  private String team;

  @Option(
      names = "--author",
      required = true,
      paramLabel = "TEXT",
      description = "Name of an author; may be repeated.")
  private List<String> authors;

  @Option(names = "--email", required = true, paramLabel = "TEXT", description = "Contact.")
  private String email;

  @Option(
      names = "--institution",
      required = true,
      paramLabel = "TEXT",
      description = "Institution.")
  private String institution;

  @Option(
      names = "--country",
      required = true,
      paramLabel = "TEXT",
      description = "Country or region.")
  private String country;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.pkl",
      description = "The submission.")
  private Path out;

  @Override
  public Integer call() {
    Map<String, Trajectory> predictions = predictions();
    SubmissionPickle.write(
        out, new Submission(team, authors, email, institution, country, List.of(predictions)));
    spec.commandLine()
        .getOut()
        .printf(
            "Submission with %d trajectories of '%s': %s%n",
            predictions.size(), name, out.toAbsolutePath().normalize());
    return 0;
  }

  /** The planner's trajectories by scene, in the order of tokens. */
  private Map<String, Trajectory> predictions() {
    Map<String, Trajectory> predictions = new LinkedHashMap<>();
    try (PlannedScenes plans = PlannedScenes.open(trajectories)) {
      for (String token : new TreeSet<>(plans.tokens())) {
        Map<String, Trajectory> byName = plans.of(token);
        if (name == null) {
          name = onlyOne(byName.keySet());
        }
        Trajectory plan = byName.get(name);
        if (plan == null) {
          throw new DriveDistillException(
              "Scene "
                  + token
                  + " in "
                  + trajectories
                  + " has no trajectory '"
                  + name
                  + "', only "
                  + byName.keySet(),
              "Maybe the name is misspelt, or the planner did not finish.");
        }
        predictions.put(token, plan);
      }
    }
    return predictions;
  }

  private String onlyOne(Set<String> names) {
    if (names.size() != 1) {
      throw new DriveDistillException(
          trajectories + " has several planners: " + names + ".",
          "Maybe choose one with --name; a submission holds one.");
    }
    return names.iterator().next();
  }
}
