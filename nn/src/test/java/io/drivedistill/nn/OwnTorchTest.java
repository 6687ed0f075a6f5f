package io.drivedistill.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnTorchTest {
  @TempDir Path folder;

  @Test
  void withoutVariablesThereIsNone() {
    assertThat(OwnTorch.of(Map.of())).isEmpty();
    assertThat(OwnTorch.of(Map.of("PYTORCH_FLAVOR", "cpu"))).isEmpty();
  }

  @Test
  void aWholeOneIsTaken() throws IOException {
    Files.createFile(folder.resolve("libtorch_cpu.so"));
    assertThat(OwnTorch.of(variables("2.7.1", "cu128")))
        .hasValueSatisfying(own -> assertThat(own.isForGpu()).isTrue());
    assertThat(OwnTorch.of(variables("2.7.1", "cpu")))
        .hasValueSatisfying(own -> assertThat(own.isForGpu()).isFalse());
  }

  @Test
  void whatTheEngineWouldPassOverIsRefused() throws IOException {
    assertThatThrownBy(() -> OwnTorch.of(variables("2.7.1", "cu128")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("PYTORCH_LIBRARY_PATH is '" + folder)
        .hasMessageContaining("expected a folder with libtorch_cpu.so");
    assertThatThrownBy(() -> OwnTorch.of(Map.of("PYTORCH_FLAVOR", "cu128")))
        .hasMessageContaining("PYTORCH_LIBRARY_PATH is ''");
    Files.createFile(folder.resolve("libtorch_cpu.so"));
    assertThatThrownBy(() -> OwnTorch.of(variables("2.11.0", "cu128")))
        .hasMessageContaining("PYTORCH_VERSION is '2.11.0', expected 2.7.1");
    assertThatThrownBy(() -> OwnTorch.of(variables("2.7.1", "cu130")))
        .hasMessageContaining("PYTORCH_FLAVOR is 'cu130', expected cpu or cu128")
        .hasMessageContaining("Maybe set PYTORCH_LIBRARY_PATH");
  }

  private Map<String, String> variables(String version, String flavour) {
    return Map.of(
        "PYTORCH_LIBRARY_PATH",
        folder.toString(),
        "PYTORCH_VERSION",
        version,
        "PYTORCH_FLAVOR",
        flavour);
  }
}
