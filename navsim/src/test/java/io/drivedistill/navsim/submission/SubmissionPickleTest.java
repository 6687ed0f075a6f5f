package io.drivedistill.navsim.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.Trajectory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionPickleTest {
  /** Written by Python from classes of the official names and fields. */
  private static Path official() throws URISyntaxException {
    return Path.of(SubmissionPickleTest.class.getResource("submission.pkl").toURI());
  }

  @Test
  void readsWhatPythonWrote() throws URISyntaxException {
    Submission submission = SubmissionPickle.read(official());
    assertThat(submission.teamName()).isEqualTo("team");
    assertThat(submission.authors()).containsExactly("A. Author", "B. Author");
    Trajectory plan = submission.predictions().get(0).get("00aa");
    assertThat(plan.intervalS()).isEqualTo(0.5);
    assertThat(plan.poses()).hasSize(8);
    assertThat(plan.toArray()[7]).containsExactly(21 / 16.0, 22 / 16.0, 23 / 16.0);
    assertThat(submission.problems(Set.of("00aa"))).isEmpty();
  }

  @Test
  void survivesTheDiskBitForBit(@TempDir Path folder) {
    Trajectory plan = Trajectory.of(new double[][] {{0.1, -0.2, 1.0 / 3}, {4, 5, 6}}, 0.25);
    Submission submission =
        new Submission("t", List.of("x"), "e", "i", "c", List.of(Map.of("01", plan)));
    Path file = folder.resolve("submission.pkl");
    SubmissionPickle.write(file, submission);
    assertThat(SubmissionPickle.read(file)).isEqualTo(submission);
  }

  @Test
  void problemsAreNamed() {
    Trajectory brief = Trajectory.of(new double[][] {{1, 0, 0}}, 0.5);
    Submission submission =
        new Submission("t", List.of(), "e", "i", "c", List.of(Map.of("01", brief)));
    assertThat(submission.problems(Set.of("02")))
        .anyMatch(text -> text.contains("02"))
        .anyMatch(text -> text.contains("01"))
        .anyMatch(text -> text.contains("0.5 s instead of 4 s"));
  }

  @Test
  void anyCutIsFound(@TempDir Path folder) throws IOException, URISyntaxException {
    byte[] whole = Files.readAllBytes(official());
    Path file = folder.resolve("cut.pkl");
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SubmissionPickle.read(file))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("cut.pkl");
    }
  }
}
