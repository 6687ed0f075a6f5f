package io.drivedistill.teacher.qwen;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.teacher.image.Patches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Reads a Hugging Face {@code config.json} of Qwen2.5-VL in both layouts: text fields at the top
 * (2025) or under {@code text_config} (transformers 4.52 on). A field that is absent has the
 * default of the published class, which is not what the published files say (SPEC-qwen2_5_vl
 * section 1).
 */
public final class QwenConfigFile {
  private final String where;

  private QwenConfigFile(String where) {
    this.where = where;
  }

  /**
   * Reads a file.
   *
   * @throws DriveDistillException if the file is missing, is no JSON, or its sizes do not fit
   */
  public static QwenConfig read(Path file) {
    try {
      return of(new ObjectMapper().readTree(file.toFile()), file.toAbsolutePath().toString());
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the model configuration " + file.toAbsolutePath() + ": " + e.getMessage(),
          "Maybe the folder is no Hugging Face model folder, or the download stopped early.",
          e);
    }
  }

  /**
   * Reads a tree already parsed.
   *
   * @param where named in errors
   * @throws DriveDistillException if sizes do not fit
   */
  public static QwenConfig of(JsonNode root, String where) {
    QwenConfigFile file = new QwenConfigFile(where);
    try {
      JsonNode text = root.has("text_config") ? root.get("text_config") : root;
      return new QwenConfig(
          file.text(text, root), file.vision(root.path("vision_config")), file.markers(root));
    } catch (IllegalArgumentException e) {
      throw new DriveDistillException(
          where + ": " + e.getMessage(),
          "Maybe the file belongs to another model family; expected is model_type qwen2_5_vl.",
          e);
    }
  }

  private QwenConfig.Text text(JsonNode text, JsonNode root) {
    int heads = integer(text, "num_attention_heads", 64);
    JsonNode rope = text.has("rope_parameters") ? text.get("rope_parameters") : null;
    if (rope == null) {
      rope = text.path("rope_scaling");
    }
    return new QwenConfig.Text(
        integer(text, "vocab_size", 152064),
        integer(text, "hidden_size", 8192),
        integer(text, "intermediate_size", 29568),
        integer(text, "num_hidden_layers", 80),
        heads,
        integer(text, "num_key_value_heads", text.has("num_key_value_heads") ? heads : 8),
        number(text, "rms_norm_eps", 1e-5),
        number(rope.has("rope_theta") ? rope : text, "rope_theta", 1e6),
        mropeSection(rope),
        root.path("tie_word_embeddings")
            .asBoolean(text.path("tie_word_embeddings").asBoolean(false)),
        number(text, "initializer_range", 0.02));
  }

  private List<Integer> mropeSection(JsonNode rope) {
    if (!rope.path("mrope_section").isArray()) {
      throw new IllegalArgumentException("rope_scaling.mrope_section is missing");
    }
    List<Integer> section = new ArrayList<>();
    rope.get("mrope_section").forEach(size -> section.add(size.asInt()));
    return section;
  }

  private QwenConfig.Vision vision(JsonNode vision) {
    int channels = integer(vision, vision.has("in_chans") ? "in_chans" : "in_channels", 3);
    if (channels != 3) {
      throw new IllegalArgumentException("pictures of " + channels + " channels, expected 3");
    }
    String side =
        !vision.has("patch_size") && vision.has("spatial_patch_size")
            ? "spatial_patch_size"
            : "patch_size";
    return new QwenConfig.Vision(
        integer(vision, "depth", 32),
        integer(vision, "hidden_size", 3584),
        integer(vision, "intermediate_size", 3420),
        integer(vision, "num_heads", 16),
        integer(vision, "out_hidden_size", 3584),
        new Patches(
            integer(vision, side, 14),
            integer(vision, "temporal_patch_size", 2),
            integer(vision, "spatial_merge_size", 2)),
        integer(vision, "window_size", 112),
        fullAttentionBlocks(vision.path("fullatt_block_indexes")),
        number(vision, "tokens_per_second", 4));
  }

  private static Set<Integer> fullAttentionBlocks(JsonNode blocks) {
    if (!blocks.isArray()) {
      return Set.of(7, 15, 23, 31);
    }
    Set<Integer> indices = new LinkedHashSet<>();
    StreamSupport.stream(blocks.spliterator(), false).map(JsonNode::asInt).forEach(indices::add);
    return indices;
  }

  private QwenConfig.Markers markers(JsonNode root) {
    QwenConfig.Markers published = QwenConfig.Markers.PUBLISHED;
    return new QwenConfig.Markers(
        integer(root, "vision_start_token_id", published.visionStart()),
        integer(root, "vision_end_token_id", published.visionEnd()),
        integer(root, "image_token_id", published.image()),
        integer(root, "video_token_id", published.video()));
  }

  private int integer(JsonNode node, String name, int byDefault) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return byDefault;
    }
    if (!value.canConvertToInt() || !value.canConvertToExactIntegral()) {
      throw wrong(name, value, "a whole number");
    }
    return value.intValue();
  }

  private double number(JsonNode node, String name, double byDefault) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return byDefault;
    }
    if (!value.isNumber()) {
      throw wrong(name, value, "a number");
    }
    return value.doubleValue();
  }

  private DriveDistillException wrong(String name, JsonNode value, String expected) {
    return new DriveDistillException(
        where + ": " + name + " is " + value + ", expected " + expected,
        "Maybe the file was edited by hand; compare it with the published one.");
  }
}
