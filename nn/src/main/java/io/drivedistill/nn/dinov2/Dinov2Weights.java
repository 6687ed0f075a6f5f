package io.drivedistill.nn.dinov2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.TensorFile;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.WeightsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Loads published weights, in the names of facebookresearch or of the transformers library
 * (SPEC-dinov2 5), with or without the prefix of a wrapper, such as UniVLA's checkpoints have.
 */
public final class Dinov2Weights {
  private static final Pattern CHUNKED = Pattern.compile("^blocks\\.\\d+\\.(\\d+\\.)");
  private static final Pattern BLOCK = Pattern.compile("^blocks\\.(\\d+)\\.(.+)$");
  private static final String TRANSFORMERS_MARK = "embeddings.cls_token";
  private static final String FACEBOOK_MARK = "cls_token";
  private static final List<String> PREFIXES =
      List.of("", "dinov2.", "dinov2_with_registers.", "dino_encoder.", "lam.dino_encoder.");

  private static final Map<String, String> OUTSIDE_BLOCKS =
      Map.of(
          "cls_token", "embeddings.cls_token",
          "pos_embed", "embeddings.position_embeddings",
          "register_tokens", "embeddings.register_tokens",
          "mask_token", "embeddings.mask_token",
          "patch_embed.proj.weight", "embeddings.patch_embeddings.projection.weight",
          "patch_embed.proj.bias", "embeddings.patch_embeddings.projection.bias",
          "norm.weight", "layernorm.weight",
          "norm.bias", "layernorm.bias");

  private Dinov2Weights() {}

  /**
   * Fills every parameter; the mask token, which only training uses, may be missing.
   *
   * @param file safetensors, or a PyTorch checkpoint ({@code .pth})
   * @throws DriveDistillException if the file is missing, damaged or of another size
   */
  public static void load(Path file, Dinov2 network, NDManager manager) {
    try (TensorFile tensors = TensorFile.open(file)) {
      for (String prefix : PREFIXES) {
        if (tensors.contains(prefix + TRANSFORMERS_MARK)) {
          Inference.run(() -> loadTransformers(tensors, prefix, network, manager));
          return;
        }
      }
    }
    String prefix = facebookPrefix(file);
    WeightsFile.at(file)
        .withoutPrefix(prefix)
        .renamed(name -> CHUNKED.matcher(name).replaceFirst("blocks.$1"))
        .allowMissing("mask_token"::equals)
        .allowExtra(name -> prefix.endsWith("dino_encoder.") && !name.startsWith("blocks."))
        .load(network, manager);
  }

  private static String facebookPrefix(Path file) {
    try (TensorFile tensors = TensorFile.open(file)) {
      return PREFIXES.stream()
          .filter(prefix -> tensors.contains(prefix + FACEBOOK_MARK))
          .findFirst()
          .orElse("");
    }
  }

  private static void loadTransformers(
      TensorFile tensors, String prefix, Dinov2 network, NDManager manager) {
    Weights.of(network)
        .forEach((name, parameter) -> fill(tensors, prefix, name, parameter, manager));
  }

  private static void fill(
      TensorFile tensors, String prefix, String name, Parameter parameter, NDManager manager) {
    try (NDManager scratch = manager.newSubManager()) {
      NDList parts = new NDList();
      for (String source : transformersNames(name)) {
        parts.add(WeightsFile.read(tensors, prefix + source, scratch));
      }
      NDArray whole = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 0);
      if (!whole.getShape().equals(parameter.getShape())) {
        throw new DriveDistillException(
            tensors.file().toAbsolutePath()
                + " holds '"
                + name
                + "' as "
                + whole.getShape()
                + ", expected "
                + parameter.getShape(),
            "Maybe the file belongs to a DINOv2 of another size, or with registers instead of"
                + " without.");
      }
      whole.attach(manager);
      Weights.set(parameter, whole);
    }
  }

  /** Where the transformers library keeps a parameter; query, key and value are apart there. */
  static List<String> transformersNames(String name) {
    Matcher block = BLOCK.matcher(name);
    if (!block.matches()) {
      return List.of(OUTSIDE_BLOCKS.get(name));
    }
    String layer = "encoder.layer." + block.group(1) + ".";
    String rest = block.group(2);
    String kind = rest.substring(rest.lastIndexOf('.'));
    if (rest.startsWith("attn.qkv.")) {
      List<String> names = new ArrayList<>();
      for (String part : List.of("query", "key", "value")) {
        names.add(layer + "attention.attention." + part + kind);
      }
      return names;
    }
    return List.of(
        layer
            + switch (rest.substring(0, rest.lastIndexOf('.'))) {
              case "attn.proj" -> "attention.output.dense" + kind;
              case "ls1" -> "layer_scale1.lambda1";
              case "ls2" -> "layer_scale2.lambda1";
              case "mlp.w12" -> "mlp.weights_in" + kind;
              case "mlp.w3" -> "mlp.weights_out" + kind;
              default -> rest;
            });
  }
}
