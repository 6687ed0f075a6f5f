package io.drivedistill.navsim.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.Pose2;
import io.drivedistill.navsim.scene.Trajectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrajectoryLinesTest {
  private static final String GOOD =
      "{\"token\":\"a1\",\"name\":\"human\",\"interval\":0.5,\"poses\":[[1,0,0],[2.5,0.1,-0.2]]}";

  @TempDir Path folder;

  @Test
  void aLineIsATrajectoryInTheEgoFrame() throws IOException {
    List<NamedTrajectory> read = read(GOOD + "\n\n" + GOOD.replace("human", "mine") + "\n");
    Trajectory expected =
        new Trajectory(List.of(new Pose2(1, 0, 0), new Pose2(2.5, 0.1, -0.2)), 0.5);
    assertThat(read)
        .containsExactly(
            new NamedTrajectory("a1", "human", expected),
            new NamedTrajectory("a1", "mine", expected));
  }

  @Test
  void whatIsWrittenIsReadBitByBit() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    List<NamedTrajectory> written = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      List<Pose2> poses = new ArrayList<>();
      for (int k = 0; k < 8; k++) {
        poses.add(
            new Pose2(random.nextDouble(-50, 50), random.nextDouble(), random.nextDouble(-3, 3)));
      }
      written.add(
          new NamedTrajectory("t" + i, "n", new Trajectory(poses, random.nextDouble(0.1, 1))));
    }
    Path file = folder.resolve("t.jsonl");
    TrajectoryLines.write(file, written);
    assertThat(TrajectoryLines.read(file)).as("seed %d", seed).isEqualTo(written);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"token\":\"a1\"|\"tokens\":\"a1\"|unknown key 'tokens', maybe 'token'",
        "\"token\":\"a1\"|\"token\":7|'token' must be text",
        "\"name\":\"human\",||'name' must be text",
        "0.5|0|interval",
        "0.5|\"x\"|expected a number",
        "\"interval\":0.5,||'interval' is missing",
        "[1,0,0]|[1,0]|must be [x, y, heading]",
        "[1,0,0]|[1,0,null]|expected a number",
        "[1,0,0]|[1,0,1e999]|not finite",
        "[1,0,0]|[1,0,NaN]|not valid JSON",
        "}|}}|not valid JSON",
        "}|}{}|not valid JSON",
        "[[1,0,0],[2.5,0.1,-0.2]]|[]|'poses' must be",
        "\"poses\"|\"pose\"|maybe 'poses'"
      })
  void everyMistakeNamesItsLine(String good, String bad, String problem) {
    assertThatThrownBy(() -> read(GOOD + "\n" + replaced(good, bad)))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("t.jsonl, line 2")
        .hasMessageContaining(problem.replace("''", "'"));
  }

  private static String replaced(String good, String bad) {
    return GOOD.replace("a1", "a2").replace(good.replace("a1", "a2"), bad == null ? "" : bad);
  }

  @Test
  void repeatedEmptyAndMissingFilesAreRefused() {
    assertThatThrownBy(() -> read(GOOD + "\n" + GOOD)).hasMessageContaining("already");
    assertThatThrownBy(() -> read("\n")).hasMessageContaining("no trajectory");
    assertThatThrownBy(() -> TrajectoryLines.read(folder.resolve("no.jsonl")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("no.jsonl");
  }

  @Test
  void randomDamageNeverEscapesTheOneErrorType() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    Path file = folder.resolve("t.jsonl");
    for (int trial = 0; trial < 300; trial++) {
      byte[] bytes = GOOD.getBytes(StandardCharsets.UTF_8);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      Files.write(file, bytes);
      try {
        TrajectoryLines.read(file);
      } catch (DriveDistillException expected) {
        assertThat(expected).as("seed %d", seed).hasMessageContaining("Maybe ");
      }
    }
  }

  private List<NamedTrajectory> read(String text) throws IOException {
    Path file = folder.resolve("t.jsonl");
    Files.writeString(file, text);
    return TrajectoryLines.read(file);
  }
}
