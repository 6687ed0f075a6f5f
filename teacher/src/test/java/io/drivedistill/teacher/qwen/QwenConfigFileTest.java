package io.drivedistill.teacher.qwen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Weights;
import io.drivedistill.teacher.Fixtures;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QwenConfigFileTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String OLD_3B =
      """
      {"model_type": "qwen2_5_vl", "hidden_size": 2048, "intermediate_size": 11008,
       "num_attention_heads": 16, "num_hidden_layers": 36, "num_key_value_heads": 2,
       "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": true,
       "vocab_size": 151936, "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]},
       "vision_config": {"depth": 32, "hidden_size": 1280, "intermediate_size": 3420,
         "num_heads": 16, "in_chans": 3, "out_hidden_size": 2048, "patch_size": 14,
         "spatial_merge_size": 2, "spatial_patch_size": 14, "window_size": 112,
         "fullatt_block_indexes": [7, 15, 23, 31], "tokens_per_second": 2,
         "temporal_patch_size": 2}}
      """;

  private static final String NEW_3B =
      """
      {"model_type": "qwen2_5_vl", "tie_word_embeddings": true, "text_config":
       {"hidden_size": 2048, "intermediate_size": 11008,
       "num_attention_heads": 16, "num_hidden_layers": 36, "num_key_value_heads": 2,
       "rms_norm_eps": 1e-06, "vocab_size": 151936,
       "rope_parameters":
         {"rope_type": "default", "rope_theta": 1000000.0, "mrope_section": [16, 24, 24]}},
       "vision_config": {"hidden_size": 1280, "out_hidden_size": 2048, "tokens_per_second": 2}}
      """;

  private static final String OLD_7B =
      """
      {"hidden_size": 3584, "intermediate_size": 18944, "num_attention_heads": 28,
       "num_hidden_layers": 28, "num_key_value_heads": 4, "rms_norm_eps": 1e-06,
       "tie_word_embeddings": false, "vocab_size": 152064,
       "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]},
       "vision_config": {"hidden_size": 1280, "out_hidden_size": 3584, "tokens_per_second": 2}}
      """;

  private static QwenConfig parse(String json) throws Exception {
    return QwenConfigFile.of(JSON.readTree(json), "config.json");
  }

  @Test
  void bothLayoutsSayTheSame() throws Exception {
    assertThat(parse(NEW_3B)).isEqualTo(parse(OLD_3B));
    assertThat(parse(OLD_3B).markers()).isEqualTo(QwenConfig.Markers.PUBLISHED);
  }

  @Test
  void absentFieldsHaveTheClassDefaults() throws Exception {
    QwenConfig config = parse(OLD_7B.replace(", \"tokens_per_second\": 2", ""));
    assertThat(config.vision().tokensPerSecond()).isEqualTo(4);
    assertThat(config.vision().depth()).isEqualTo(32);
  }

  @ParameterizedTest
  @CsvSource({"3b, qwen2_5_vl_3b.json, 3754622976", "7b, qwen2_5_vl_7b.json, 8292166656"})
  void namesAndShapesAreThoseOfThePublishedCheckpoint(String size, String manifest, long count)
      throws Exception {
    Path file = Fixtures.shared("fixtures/manifests/" + manifest);
    QwenVl model = new QwenVl(parse(size.equals("3b") ? OLD_3B : OLD_7B));
    Map<String, String> actual = new TreeMap<>();
    Weights.of(model)
        .forEach((name, parameter) -> actual.put(name, json(parameter.getShape().getShape())));
    Map<String, String> expected = new TreeMap<>();
    JsonNode tensors = JSON.readTree(file.toFile()).get("tensors");
    tensors.fieldNames().forEachRemaining(name -> expected.put(name, tensors.get(name).toString()));
    assertThat(actual).isEqualTo(expected);
    assertThat(Weights.count(model)).isEqualTo(count);
  }

  private static String json(long[] shape) {
    return JSON.valueToTree(shape).toString();
  }

  @Test
  void newerNamesBecomePublishedNames() {
    assertThat(QwenVl.publishedName("model.visual.blocks.0.norm1.weight"))
        .isEqualTo("visual.blocks.0.norm1.weight");
    assertThat(QwenVl.publishedName("model.language_model.norm.weight"))
        .isEqualTo("model.norm.weight");
    assertThat(QwenVl.publishedName("lm_head.weight")).isEqualTo("lm_head.weight");
    assertThat(QwenVl.publishedName("model.norm.weight")).isEqualTo("model.norm.weight");
  }

  @Test
  void nonsenseIsNamed() {
    assertThatThrownBy(() -> parse(OLD_3B.replace("[16, 24, 24]", "[16, 24, 20]")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("mrope_section")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> parse(OLD_3B.replace("\"depth\": 32", "\"depth\": \"deep\"")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("depth");
  }
}
