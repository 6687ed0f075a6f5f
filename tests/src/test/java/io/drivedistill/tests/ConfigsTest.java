package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.distill.Experiment;
import io.drivedistill.distill.ExperimentRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigsTest {
  @TempDir private Path folder;

  static Stream<Path> configs() throws IOException {
    try (Stream<Path> files = Files.list(RepositoryRoot.find().resolve("configs"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void everyExperimentLoads(Path config) {
    assertThat(Experiment.read(config).name()).isNotBlank();
  }

  @Test
  void aFullSizeExperimentNamesEveryMissingFileAndWhereItWasLookedFor() {
    Path config = RepositoryRoot.find().resolve("configs").resolve("latentvla-transfuser.yaml");
    Experiment experiment = Experiment.read(config).with(1, folder);
    assertThatThrownBy(
            () ->
                ExperimentRun.execute(
                    experiment, ExperimentRun.Goal.REPORT, Progress.silent(), line -> {}))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("data.root (NAVSIM tree): ")
        .hasMessageContaining("navtest.yaml")
        .hasMessageContaining("latentAction.eye.weights (DINOv2): ")
        .hasMessageContaining("teacher.pretrained (Qwen2.5-VL): ")
        .hasMessageContaining("student.imageEncoder (ResNet-34): ")
        .hasMessageContaining("Maybe ");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aMisspeltKeyIsNamedWithTheNearestKnownOne() throws IOException {
    Path original = RepositoryRoot.find().resolve("configs").resolve("quickstart.yaml");
    Path config = folder.resolve("misspelt.yaml");
    Files.writeString(config, Files.readString(original).replace("heldOut:", "heldout:"));
    assertThatThrownBy(() -> Experiment.read(config))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("heldout")
        .hasMessageContaining("heldOut");
  }
}
