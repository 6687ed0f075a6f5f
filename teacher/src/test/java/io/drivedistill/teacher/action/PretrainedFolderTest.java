package io.drivedistill.teacher.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.HalfPrecision;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.teacher.Fixtures;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.TeacherOutput;
import io.drivedistill.teacher.prompt.EncodedScene;
import io.drivedistill.teacher.qwen.LoraAdapter;
import io.drivedistill.teacher.qwen.QwenConfigFile;
import io.drivedistill.teacher.qwen.QwenVl;
import io.drivedistill.teacher.qwen.WeightPrecision;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Hugging Face folder as it is published, but narrow: bfloat16 in shards with an index, the real
 * vocabulary and tokenizer.
 */
class PretrainedFolderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIG =
      """
      {"model_type": "qwen2_5_vl", "vocab_size": 151936, "hidden_size": 32, "num_hidden_layers": 2,
       "intermediate_size": 48, "num_attention_heads": 4, "num_key_value_heads": 2,
       "rms_norm_eps": 1e-6, "rope_theta": 1e6, "tie_word_embeddings": true,
       "rope_scaling": {"type": "mrope", "mrope_section": [1, 1, 2]},
       "vision_config": {"depth": 2, "hidden_size": 32, "intermediate_size": 40, "num_heads": 2,
         "out_hidden_size": 32, "patch_size": 14, "window_size": 112, "tokens_per_second": 2,
         "fullatt_block_indexes": [1]}}
      """;

  private final List<EncodedScene> scenes = new ArrayList<>();
  private final Map<String, int[]> codes = new HashMap<>();
  @TempDir private Path folder;
  @TempDir private Path elsewhere;

  @BeforeEach
  void write() throws Exception {
    Path tokenizer = Fixtures.shared("data/qwen-tokenizer/qwen3-tokenizer.json.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(tokenizer))) {
      Files.copy(in, folder.resolve("tokenizer.json"));
    }
    Files.writeString(folder.resolve("config.json"), CONFIG);
    try (NDManager manager = NDManager.newBaseManager()) {
      QwenVl model = new QwenVl(QwenConfigFile.of(JSON.readTree(CONFIG), "test"));
      model.initialize(manager, 4);
      Map<String, Map<String, Safetensors.Source>> shards = new LinkedHashMap<>();
      Map<String, String> index = new LinkedHashMap<>();
      WeightsFile.arrays(model)
          .forEach(
              (name, array) -> {
                String shard =
                    "model-0000" + (name.startsWith("visual.") ? 1 : 2) + "-of-00002.safetensors";
                index.put(name, shard);
                shards.computeIfAbsent(shard, s -> new LinkedHashMap<>()).put(name, narrow(array));
              });
      shards.forEach((name, tensors) -> Safetensors.write(folder.resolve(name), tensors, Map.of()));
      JSON.writeValue(
          folder.resolve("model.safetensors.index.json").toFile(), Map.of("weight_map", index));
    }
  }

  private static Safetensors.Source narrow(NDArray array) {
    float[] values = array.toFloatArray();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putShort(HalfPrecision.toBf16(value));
    }
    return Safetensors.Source.of(Dtype.BF16, array.getShape().getShape(), bytes::flip);
  }

  private QwenTeacher teacher(WeightPrecision precision) {
    TeacherConfig small = SmallTeachers.config(4);
    LoraAdapter lora = new LoraAdapter(2, 4, false, List.of("q_proj", "v_proj"));
    return QwenTeacher.untrained(
        new TeacherConfig(
            Optional.of(folder),
            Optional.empty(),
            small.view(),
            16,
            12,
            2,
            small.training(),
            Optional.of(
                new TeacherVariant(
                    Optional.of(lora),
                    Optional.empty(),
                    Optional.of(precision),
                    Optional.empty()))),
        7);
  }

  private void encode(QwenTeacher teacher) {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 4; i++) {
      TeacherInput input = SmallTeachers.scene(random, "scene" + i);
      codes.put(input.token(), SmallTeachers.codes(input));
      scenes.add(teacher.encoder().encode(input));
    }
  }

  @Test
  void bothPrecisionsSayTheSameWithinRoundingAndAdaptersSurvive() {
    try (QwenTeacher wide = teacher(WeightPrecision.FLOAT32);
        QwenTeacher narrow = teacher(WeightPrecision.BFLOAT16);
        NDManager manager = NDManager.newBaseManager()) {
      encode(wide);
      TeacherOutput expected = wide.inferEncoded(manager, scenes);
      TeacherOutput rounded = narrow.inferEncoded(manager, scenes);
      // Eight bits of fraction: each product rounds by up to 2^-9, and there are some thirty.
      assertThat(relative(rounded.features(), expected.features())).isBetween(1e-5f, 0.03f);
      assertThat(relative(rounded.codeLogProbabilities(), expected.codeLogProbabilities()))
          .isLessThan(0.03f);
      new TeacherTraining(narrow, scenes, codes::get, 2).run(elsewhere.resolve("run"), step -> {});
      narrow.save(elsewhere.resolve("saved"));
      try (QwenTeacher again = QwenTeacher.load(elsewhere.resolve("saved"))) {
        assertThat(again.key()).isEqualTo(narrow.key());
        assertThat(again.inferEncoded(manager, scenes).features().toFloatArray())
            .isEqualTo(narrow.inferEncoded(manager, scenes).features().toFloatArray());
      }
    }
  }

  private static float relative(NDArray actual, NDArray expected) {
    return actual.sub(expected).abs().max().getFloat() / expected.abs().max().getFloat();
  }

  @Test
  void everythingThatDoesNotFitIsInOneMessage() throws Exception {
    Files.writeString(
        folder.resolve("config.json"),
        CONFIG
            .replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1")
            .replace("\"depth\": 2", "\"depth\": 3")
            .replace("\"intermediate_size\": 40", "\"intermediate_size\": 44"));
    assertThatThrownBy(() -> teacher(WeightPrecision.BFLOAT16))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("12 missing in the file")
        .hasMessageContaining("visual.blocks.2.attn.qkv.weight")
        .hasMessageContaining("12 extra in the file")
        .hasMessageContaining("model.layers.1.self_attn.q_proj.bias")
        .hasMessageContaining("of another shape or type")
        .hasMessageContaining("visual.blocks.0.mlp.gate_proj.weight is BF16[40, 32]");
  }
}
