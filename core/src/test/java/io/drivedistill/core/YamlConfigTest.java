package io.drivedistill.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlConfigTest {
  private static final String WHOLE =
      """
      name: first
      seed: 7
      data: towns/train
      optimizer:
        learningRate: 1e-3
        steps: 100
      widths: [16, 32]
      split: test
      """;

  @TempDir Path folder;

  enum Split {
    TRAIN,
    TEST
  }

  record Optimizer(double learningRate, int steps) {
    Optimizer {
      if (steps < 1) {
        throw new IllegalArgumentException("steps must be positive, found " + steps);
      }
    }
  }

  record Experiment(
      String name,
      long seed,
      Path data,
      Optimizer optimizer,
      List<Integer> widths,
      Split split,
      Optional<Path> weights,
      Optional<Map<String, Double>> lossWeights) {}

  @Test
  void everyKeyIsBoundAndPathsStartAtTheConfig() throws IOException {
    Experiment read = read(WHOLE + "weights: /models/a.safetensors\n");
    assertThat(read)
        .isEqualTo(
            new Experiment(
                "first",
                7,
                folder.resolve("towns/train"),
                new Optimizer(1e-3, 100),
                List.of(16, 32),
                Split.TEST,
                Optional.of(Path.of("/models/a.safetensors")),
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seed: 7|sede: 7|'sede'|line 2|Maybe you meant 'seed'",
        "steps: 100|stepz: 100|'optimizer.stepz'|line 6|Maybe you meant 'steps'",
        "steps: 100|quux: 1|'optimizer.quux'|line 6|Maybe one of learningRate, steps",
        "seed: 7|seed: seven|'seed'|line 2|must be a whole number",
        "seed: 7|seed: 7.5|'seed'|line 2|whole number",
        "seed: 7|seed:|'seed'|line|has no value",
        "split: test|split: tset|'split'|line 8|TRAIN, TEST",
        "[16, 32]|[16, x]|'widths[1]'|line 7|whole number",
        "[16, 32]|16|'widths'|line 7|must be a list",
        "steps: 100|steps: 0|'optimizer'|line|steps must be positive, found 0",
        "seed: 7|name: again|YAML|line 2|repeated",
        "seed: 7|seed: [7|YAML|line|bracket",
        "data: towns/train|data: [1]|'data'|line 3|must be text"
      })
  void everyMistakeIsLocated(String good, String bad, String key, String line, String advice) {
    assertThatThrownBy(() -> read(WHOLE.replace(good, bad)))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining(folder.resolve("config.yaml").toString())
        .hasMessageContaining(key)
        .hasMessageContaining(line)
        .hasMessageContaining(advice);
  }

  @ParameterizedTest
  @CsvSource({"name", "seed", "data", "widths", "split"})
  void everyMissingKeyIsNamed(String key) {
    String without = WHOLE.replaceAll("(?m)^" + key + ":.*\\n", "");
    assertThatThrownBy(() -> read(without))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("'" + key + "'")
        .hasMessageContaining("has no value");
  }

  @Test
  void aMissingInnerKeyIsNamedWithItsParent() {
    assertThatThrownBy(() -> read(WHOLE.replace("  steps: 100\n", "")))
        .hasMessageContaining("'optimizer.steps'");
  }

  @Test
  void missingAndEmptyFilesAreNamed() {
    assertThatThrownBy(() -> YamlConfig.read(folder.resolve("no.yaml"), Experiment.class))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> read("# nothing\n"))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("Maybe");
  }

  private Experiment read(String yaml) throws IOException {
    Path file = folder.resolve("config.yaml");
    Files.writeString(file, yaml);
    return YamlConfig.read(file, Experiment.class);
  }
}
