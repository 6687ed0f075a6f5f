package io.drivedistill.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void whatDidNotFitOnTheDiskIsNotLeftThere() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.writeFile(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining(file + ": No space left on device");
    Path model = folder.resolve("model");
    AtomicFiles.writeDirectory(model, partial -> Files.writeString(partial.resolve("b"), "old"));
    assertThatThrownBy(
            () ->
                AtomicFiles.writeDirectory(
                    model,
                    partial -> {
                      Files.writeString(partial.resolve("b"), "new");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(DriveDistillException.class);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(file, model);
    }
    assertThat(file).hasContent("old");
    assertThat(model.resolve("b")).hasContent("old");
  }

  @Test
  void anErrorThatIsOnlyANameGetsItsKind() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> AtomicFiles.writeText(file.resolve("a.json"), "{}"))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("FileAlreadyExistsException: " + file);
  }

  @Test
  void aTemporaryFolderIsGoneAfterwards() throws IOException {
    TemporaryFolder temporary = TemporaryFolder.of("test");
    Files.writeString(temporary.path().resolve("a"), "b");
    temporary.close();
    assertThat(temporary.path()).doesNotExist();
  }
}
