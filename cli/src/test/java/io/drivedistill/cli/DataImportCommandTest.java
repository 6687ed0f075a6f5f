package io.drivedistill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.navsim.score.ScoreTableFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataImportCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** The walk of docs/real-roads.md with the recordings that lie beside the checkout. */
  @Test
  void realDrivesAreImportedAndScored() {
    Path logs = recordings().resolve("av2");
    String data = folder.resolve("data").toString();
    assertThat(run("data", "import", "--from", "av2", logs.toString(), "--out", data))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("Split 'imported' with 3 logs").contains("human.jsonl");
    Path csv = folder.resolve("human.csv");
    assertThat(
            run(
                "score",
                "--data",
                data,
                "--split",
                "imported",
                "--trajectories",
                data + "/imported/imported-human.jsonl",
                "--out",
                csv.toString()))
        .as(err.toString())
        .isZero();
    ScoreTable table = ScoreTableFile.read(csv);
    assertThat(table.rows()).hasSize(57);
    assertThat(Collections.min(table.column("human", "no_at_fault_collisions").values())).isOne();
    assertThat(Collections.min(table.column("human", "drivable_area_compliance").values())).isOne();
    assertThat(run("data", "check", data)).as(out.toString()).isZero();
  }

  @Test
  void foldersWithoutRecordingsAndUnknownSourcesAreNamed() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Path data = folder.resolve("data");
    assertThat(importFrom("av2", empty, data)).isEqualTo(1);
    assertThat(err.toString()).contains(empty.toString()).contains("Maybe ");
    assertThat(importFrom("nuscenes", folder.resolve("nowhere"), data)).isEqualTo(1);
    assertThat(err.toString()).contains("nowhere");
    assertThat(importFrom("waymo", empty, data)).isEqualTo(2);
    assertThat(err.toString()).contains("[AV2, NUSCENES]");
    assertThat(data.resolve("navsim_logs")).doesNotExist();
  }

  private int importFrom(String source, Path from, Path data) {
    return run("data", "import", "--from", source, from.toString(), "--out", data.toString());
  }

  private static Path recordings() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path data = at.resolve("shared/data");
      if (Files.isDirectory(data.resolve("av2"))) {
        return data;
      }
    }
    assumeTrue(false, "no folder shared/data beside the checkout");
    throw new AssertionError("unreachable");
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
