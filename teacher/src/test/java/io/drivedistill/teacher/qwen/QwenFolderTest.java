package io.drivedistill.teacher.qwen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.teacher.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QwenFolderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final NDManager manager = NDManager.newBaseManager();
  private QwenVl original;
  @TempDir private Path folder;

  /** A small model in two shards under the newer names. */
  @BeforeEach
  void write() throws Exception {
    JsonNode fixture =
        JSON.readTree(Fixtures.folder("qwen25vl_two_images").resolve("config.json").toFile());
    Files.writeString(folder.resolve("config.json"), fixture.get("config").toString());
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    original = new QwenVl(QwenFolderTest.this.config(fixture));
    original.initialize(manager, 4);
    Map<String, NDArray> vision = new LinkedHashMap<>();
    Map<String, NDArray> text = new LinkedHashMap<>();
    WeightsFile.arrays(original)
        .forEach(
            (name, array) -> {
              if (name.startsWith("visual.")) {
                vision.put("model." + name, array);
              } else {
                text.put(name.replaceFirst("^model\\.", "model.language_model."), array);
              }
            });
    Safetensors.write(folder.resolve("a.safetensors"), WeightsFile.sources("", vision), Map.of());
    Safetensors.write(folder.resolve("b.safetensors"), WeightsFile.sources("", text), Map.of());
    Map<String, String> index = new LinkedHashMap<>();
    vision.keySet().forEach(name -> index.put(name, "a.safetensors"));
    text.keySet().forEach(name -> index.put(name, "b.safetensors"));
    JSON.writeValue(
        folder.resolve("model.safetensors.index.json").toFile(), Map.of("weight_map", index));
  }

  private QwenConfig config(JsonNode fixture) {
    return QwenConfigFile.of(fixture.get("config"), "fixture");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void shardsAndNewerNamesLoad() {
    QwenFolder read = QwenFolder.open(folder);
    QwenVl model = new QwenVl(read.config());
    read.load(model, manager, WeightPrecision.FLOAT32);
    Map<String, NDArray> expected = WeightsFile.arrays(original);
    WeightsFile.arrays(model)
        .forEach(
            (name, array) ->
                assertThat(array.toFloatArray()).isEqualTo(expected.get(name).toFloatArray()));
  }

  @Test
  void missingShardsAndTensorsAreNamed() throws Exception {
    Files.delete(folder.resolve("b.safetensors"));
    assertThatThrownBy(() -> QwenFolder.open(folder))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("lacks b.safetensors");
    Files.copy(folder.resolve("a.safetensors"), folder.resolve("b.safetensors"));
    QwenFolder read = QwenFolder.open(folder);
    assertThatThrownBy(() -> read.load(new QwenVl(read.config()), manager, WeightPrecision.FLOAT32))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("lm_head.weight");
  }

  @Test
  void renewedRowsLieAroundTheMean() {
    NDArray table = Weights.of(original).get("model.embed_tokens.weight").getArray();
    float[] before = table.toFloatArray();
    new VocabularyRows(original, 110, 120).renew(1);
    float[] after = table.toFloatArray();
    int size = 32;
    for (int row = 0; row < 128; row++) {
      boolean renewed = row >= 110 && row < 120;
      assertThat(after[row * size] == before[row * size]).isEqualTo(!renewed);
    }
    double mean = 0;
    for (int row = 0; row < 110; row++) {
      mean += before[row * size] / 110;
    }
    assertThat((double) after[115 * size]).isBetween(mean - 0.02, mean + 0.02);
  }
}
