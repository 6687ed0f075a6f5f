package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.distill.Experiment;
import io.drivedistill.distill.ExperimentRun;
import io.drivedistill.distill.ExperimentRun.Goal;
import io.drivedistill.export.ModelCard;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentRunTest {
  /** Files in which a time or a measured duration stands. */
  private static final List<String> MEASURED =
      List.of(
          "provenance.json",
          "stage.json",
          "card.json",
          "SHA256SUMS",
          "student.onnx",
          "student-fp16.onnx",
          "student-int8.onnx",
          "student-int8-min-max.onnx",
          "report.html",
          "speed.json");

  @TempDir private Path folder;

  /** What a kill does to a run, as far as one process can show it. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Kills the run, all of its threads, at its n-th sign of progress. */
  private record Killer(AtomicInteger signsLeft) implements Progress.Display {
    @Override
    public Progress open(String task, long steps) {
      return new Progress() {
        @Override
        public void step(long finished) {
          if (signsLeft.decrementAndGet() <= 0) {
            throw new Killed();
          }
        }

        @Override
        public void note(String text) {}

        @Override
        public void close() {}
      };
    }
  }

  private Experiment experiment(String name) throws IOException {
    Path config = folder.resolve(name).resolve("smallest.yaml");
    Files.createDirectories(config.getParent());
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("smallest.yaml"))) {
      Files.copy(in, config);
    }
    return Experiment.read(config);
  }

  @Test
  void aRunThatIsKilledAgainAndAgainEndsWithTheSameResults() throws IOException {
    List<String> told = new ArrayList<>();
    Experiment straight = experiment("straight");
    AtomicInteger signs = new AtomicInteger(Integer.MAX_VALUE);
    Path report = ExperimentRun.execute(straight, Goal.REPORT, new Killer(signs), told::add);
    int all = Integer.MAX_VALUE - signs.get();
    assertThat(report).exists();
    assertThat(Files.readString(report)).contains("distilled").contains("teacher-guided");
    assertThat(told).anyMatch(line -> line.startsWith("human"));
    ModelCard card = ModelCard.read(straight.folder().resolve("export").resolve("model"));
    assertThat(card.precisions()).allMatch(result -> result.score().orElseThrow() >= 0).hasSize(4);
    assertThat(card.inputs()).anyMatch(port -> port.tensor().name().equals("points"));
    assertThat(card.pointCounting().orElseThrow().points()).isPositive();

    Experiment killed = experiment("killed");
    long seed = System.nanoTime();
    System.err.println("kills drawn with seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int kill = 0; kill < 4; kill++) {
      // Four kills take fewer signs than the whole run gives.
      AtomicInteger left = new AtomicInteger(1 + random.nextInt(all / 4));
      assertThatThrownBy(
              () -> ExperimentRun.execute(killed, Goal.REPORT, new Killer(left), line -> {}))
          .isInstanceOf(Killed.class);
    }
    ExperimentRun.execute(killed, Goal.REPORT, Progress.silent(), line -> {});
    assertThat(results(killed.folder())).isEqualTo(results(straight.folder()));

    Map<String, FileTime> before = times(straight.folder());
    ExperimentRun.execute(straight, Goal.REPORT, Progress.silent(), line -> {});
    assertThat(times(straight.folder())).as("a second run makes nothing anew").isEqualTo(before);

    damage(straight.folder().resolve("student-distilled").resolve("student.safetensors"));
    assertThatThrownBy(
            () -> ExperimentRun.execute(straight, Goal.REPORT, Progress.silent(), line -> {}))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("student-distilled")
        .hasMessageContaining("damaged")
        .hasMessageContaining("Maybe");
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  /** Checksum by path of everything that must not depend on when and how fast it was made. */
  private static Map<String, ContentKey> results(Path run) throws IOException {
    Map<String, ContentKey> results = new TreeMap<>();
    for (Path file : files(run)) {
      if (!MEASURED.contains(file.getFileName().toString())) {
        results.put(run.relativize(file).toString(), ContentKey.ofFile(file));
      }
    }
    return results;
  }

  private static Map<String, FileTime> times(Path run) throws IOException {
    Map<String, FileTime> times = new TreeMap<>();
    for (Path file : files(run)) {
      if (!file.getParent().equals(run)) {
        times.put(run.relativize(file).toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  private static List<Path> files(Path run) throws IOException {
    try (Stream<Path> paths = Files.walk(run)) {
      return paths
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().endsWith(".lock"))
          .sorted()
          .toList();
    }
  }
}
