package io.drivedistill.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  record Settings(int width) {}

  @TempDir Path folder;
  private final List<String> calls = new ArrayList<>();

  @Test
  void aDoneStageIsSkippedUntilItsInputsChange() {
    assertThat(town(1).skipped()).isFalse();
    assertThat(town(1).skipped()).isTrue();
    assertThat(town(2).skipped()).isFalse();
    assertThat(calls).containsExactly("town 1", "town 2");
    assertThat(folder.resolve("town/result")).hasContent("2");
  }

  @Test
  void aChangeReachesTheStagesBelow() {
    Stage before = town(1);
    ContentKey one = Stage.key("codes", 1, new Settings(4), before);
    assertThat(Stage.key("codes", 1, new Settings(4), town(1))).isEqualTo(one);
    assertThat(Stage.key("codes", 1, new Settings(4), town(2))).isNotEqualTo(one);
    assertThat(Stage.key("codes", 2, new Settings(4), before)).isNotEqualTo(one);
    assertThat(Stage.key("codes", 1, new Settings(5), before)).isNotEqualTo(one);
  }

  @Test
  void aHalfDoneStageIsContinuedWithItsCheckpoints() {
    ContentKey key = Stage.key("train", 1, new Settings(1));
    try (RunDirectory run = RunDirectory.open(folder)) {
      assertThatThrownBy(
              () ->
                  run.stage(
                      "train",
                      key,
                      work -> {
                        Files.writeString(work.resolve("checkpoint"), "step 5");
                        Files.writeString(work.resolve("next.partial"), "torn");
                        throw new IOException("killed");
                      }))
          .hasMessageContaining("killed");
      Stage done =
          run.stage(
              "train",
              key,
              work -> {
                assertThat(work.resolve("checkpoint")).hasContent("step 5");
                Files.delete(work.resolve("checkpoint"));
                Files.writeString(work.resolve("weights"), "w");
              });
      assertThat(done.skipped()).isFalse();
      assertThat(done.folder()).isDirectoryNotContaining("glob:**.partial");
      assertThat(run.stage("train", key, work -> calls.add("again")).skipped()).isTrue();
    }
    assertThat(calls).isEmpty();
  }

  @Test
  void leftoversOfOtherInputsAreNotContinued() {
    try (RunDirectory run = RunDirectory.open(folder)) {
      assertThatThrownBy(
          () ->
              run.stage(
                  "train",
                  Stage.key("train", 1, new Settings(1)),
                  work -> {
                    Files.writeString(work.resolve("checkpoint"), "old");
                    throw new IllegalStateException("stop");
                  }));
      run.stage(
          "train",
          Stage.key("train", 1, new Settings(2)),
          work -> assertThat(work.resolve("checkpoint")).doesNotExist());
    }
  }

  @Test
  void damagedResultsAreNotUsed() throws IOException {
    town(1);
    Files.writeString(folder.resolve("town/result"), "7");
    assertThatThrownBy(() -> town(1))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("town")
        .hasMessageContaining("checksum differs")
        .hasMessageContaining("Maybe ");
    assertThat(town(2).skipped()).isFalse();
  }

  @Test
  void aStageThatCanRepairItselfRunsAgainInItsFolder() throws IOException {
    ContentKey key = Stage.key("parts", 1, new Settings(1));
    Stage.Body body =
        work -> {
          calls.add(work.resolve("kept").toFile().exists() ? "again" : "first");
          Files.writeString(work.resolve("kept"), "k");
          Files.writeString(work.resolve("part"), "p");
        };
    try (RunDirectory run = RunDirectory.open(folder)) {
      run.repairedStage("parts", key, calls::add, body);
      assertThat(run.repairedStage("parts", key, calls::add, body).skipped()).isTrue();
      Files.writeString(folder.resolve("parts/part"), "q");
      assertThat(run.repairedStage("parts", key, calls::add, body).skipped()).isFalse();
      assertThat(run.repairedStage("parts", key, calls::add, body).skipped()).isTrue();
    }
    assertThat(calls).hasSize(3).startsWith("first").endsWith("again");
    assertThat(calls.get(1)).contains("'parts' is repaired", "checksum differs");
    assertThat(folder.resolve("parts/part")).hasContent("p");
  }

  @Test
  void twoRunsInOneFolderAreRefused() {
    try (RunDirectory first = RunDirectory.open(folder)) {
      assertThat(first.root()).isEqualTo(folder);
      assertThatThrownBy(() -> RunDirectory.open(folder))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("Another run works in")
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
    RunDirectory.open(folder).close();
  }

  @Test
  void theLockOfADeadProcessIsFree() throws IOException {
    Files.writeString(folder.resolve("run.lock"), "process 1, since long ago, and a longer text");
    try (RunDirectory run = RunDirectory.open(folder)) {
      assertThat(run.root().resolve("run.lock"))
          .content()
          .startsWith("process " + ProcessHandle.current().pid() + ", since")
          .doesNotContain("longer");
    }
  }

  private Stage town(int width) {
    try (RunDirectory run = RunDirectory.open(folder)) {
      return run.stage(
          "town",
          Stage.key("town", 1, new Settings(width)),
          work -> {
            calls.add("town " + width);
            Files.writeString(work.resolve("result"), "" + width);
          });
    }
  }
}
