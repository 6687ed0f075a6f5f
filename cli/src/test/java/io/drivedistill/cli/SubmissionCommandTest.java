package io.drivedistill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.submission.NamedTrajectory;
import io.drivedistill.navsim.submission.SubmissionPickle;
import io.drivedistill.navsim.submission.TrajectoryLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SubmissionCommandTest {
  private static final Trajectory FOUR_SECONDS = Trajectory.of(new double[8][3], 0.5);
  private static final Trajectory TWO_SECONDS = Trajectory.of(new double[4][3], 0.5);

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void whatIsWrittenPassesTheCheck() throws IOException {
    Path pickle = folder.resolve("submission.pkl");
    assertThat(write(pickle, List.of(plan("b", "mine"), plan("a", "mine")))).isZero();
    assertThat(out.toString()).contains("Submission with 2 trajectories of 'mine'");
    assertThat(SubmissionPickle.read(pickle).predictions().get(0)).containsOnlyKeys("a", "b");
    assertThat(check(pickle, "a", "b")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("Submission of 'team' by Ada, Bob: 2 trajectories for 2 scenes")
        .contains("Nothing to refuse.");
  }

  @Test
  void whatALeaderboardWouldRefuseIsNamed() throws IOException {
    Path pickle = folder.resolve("submission.pkl");
    List<NamedTrajectory> plans =
        List.of(plan("a", "mine"), new NamedTrajectory("x", "mine", TWO_SECONDS));
    assertThat(write(pickle, plans)).isZero();
    assertThat(check(pickle, "a", "b")).isEqualTo(1);
    assertThat(out.toString())
        .contains("REFUSED 1 scenes have no trajectory, as b.")
        .contains("REFUSED 1 trajectories are for scenes that the split does not have, as x.")
        .contains(
            "REFUSED 1 trajectories do not end 4 s ahead: that for x ends at 2.0 s instead of 4 s.");
  }

  @Test
  void severalPlannersNeedAName() {
    Path pickle = folder.resolve("submission.pkl");
    List<NamedTrajectory> both = new ArrayList<>(List.of(plan("a", "mine"), plan("a", "other")));
    assertThat(write(pickle, both)).isEqualTo(1);
    assertThat(err.toString()).contains("several planners: [mine, other]").contains("--name");
    assertThat(pickle).doesNotExist();
    both.add(plan("b", "mine"));
    assertThat(write(pickle, both, "--name", "other")).isEqualTo(1);
    assertThat(err.toString()).contains("Scene b in ").contains("no trajectory 'other'");
    assertThat(write(pickle, both, "--name", "mine")).isZero();
  }

  private static NamedTrajectory plan(String token, String name) {
    return new NamedTrajectory(token, name, FOUR_SECONDS);
  }

  private int write(Path pickle, List<NamedTrajectory> plans, String... more) {
    Path lines = folder.resolve("plans.jsonl");
    TrajectoryLines.write(lines, plans);
    List<String> arguments =
        new ArrayList<>(
            List.of("submission", "write", "--trajectories", lines.toString(), "--team", "team"));
    arguments.addAll(List.of("--author", "Ada", "--author", "Bob", "--email", "a@b.c"));
    arguments.addAll(List.of("--institution", "I", "--country", "C", "--out", pickle.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private int check(Path pickle, String... tokens) throws IOException {
    Path filter = folder.resolve("filter.yaml");
    Files.writeString(filter, "tokens: ['" + String.join("', '", tokens) + "']");
    return run("submission", "check", pickle.toString(), "--filter", filter.toString());
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
