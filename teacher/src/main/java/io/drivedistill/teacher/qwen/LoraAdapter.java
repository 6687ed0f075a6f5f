package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.WeightsFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Low-rank adaptation of the language model in the layout of peft (SPEC-qwen2_5_vl section 10): a
 * folder with {@value #CONFIG_FILE} and {@value #WEIGHTS_FILE}. The vision tower is never adapted,
 * although its feed-forward layers have the names of the decoder's.
 *
 * @param rank inner size r
 * @param alpha the update is scaled by alpha / r
 * @param rankStabilized scales by alpha / √r instead
 * @param targets last part of the adapted layers' names, such as {@code q_proj}
 */
public record LoraAdapter(int rank, double alpha, boolean rankStabilized, List<String> targets) {
  static final String CONFIG_FILE = "adapter_config.json";
  static final String WEIGHTS_FILE = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";
  private static final String MARK = ".lora_";

  /** Copies the list. */
  public LoraAdapter {
    targets = List.copyOf(targets);
  }

  /** The part of peft's configuration that matters here; defaults are peft's. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record PeftConfig(
      @JsonProperty("peft_type") String peftType,
      @JsonProperty("task_type") String taskType,
      @JsonProperty("bias") String bias,
      @JsonProperty("r") int rank,
      @JsonProperty("lora_alpha") double alpha,
      @JsonProperty("use_rslora") boolean rankStabilized,
      @JsonProperty("target_modules") List<String> targets) {}

  /**
   * Adds fresh adapters to a model: its output does not change yet. All other weights are frozen.
   *
   * @param manager owns the adapters' weights
   */
  public void attach(QwenVl model, NDManager manager, long seed) {
    adapt(model);
    model.initialize(manager, seed);
    Weights.freeze(model, name -> !name.contains(MARK));
  }

  private void adapt(QwenVl model) {
    double scale = alpha / (rankStabilized ? Math.sqrt(rank) : rank);
    int adapted = 0;
    for (Map.Entry<String, Linear> layer : Weights.linearLayers(model).entrySet()) {
      String name = layer.getKey().substring(layer.getKey().lastIndexOf('.') + 1);
      if (!layer.getKey().startsWith("visual.") && targets.contains(name)) {
        layer.getValue().adapt(rank, scale);
        adapted++;
      }
    }
    if (adapted == 0) {
      throw new IllegalArgumentException("No layer of the language model is named " + targets);
    }
  }

  /**
   * Adds the adapters of a folder to a model; all other weights stay as they are.
   *
   * @throws io.drivedistill.core.DriveDistillException if a file is missing or does not fit
   */
  public static LoraAdapter load(Path folder, QwenVl model, NDManager manager) {
    PeftConfig config = JsonFiles.read(folder.resolve(CONFIG_FILE), PeftConfig.class);
    LoraAdapter adapter =
        new LoraAdapter(config.rank, config.alpha, config.rankStabilized, config.targets);
    adapter.loadWeights(folder.resolve(WEIGHTS_FILE), model, manager);
    return adapter;
  }

  /** Adds adapters of these settings with the weights of a file. */
  void loadWeights(Path weights, QwenVl model, NDManager manager) {
    adapt(model);
    WeightsFile.at(weights)
        .withoutPrefix(PREFIX)
        .renamed(QwenVl::publishedName)
        .allowMissing(name -> !name.contains(MARK))
        .load(model, manager);
  }

  /** Whether a parameter of this name belongs to an adapter. */
  public static boolean isPart(String name) {
    return name.contains(MARK);
  }

  /** Writes the adapters of a model into a folder. */
  public void save(QwenVl model, Path folder) {
    Map<String, NDArray> adapters = new LinkedHashMap<>();
    WeightsFile.arrays(model)
        .forEach(
            (name, array) -> {
              if (name.contains(MARK)) {
                adapters.put(name, array);
              }
            });
    Safetensors.write(
        folder.resolve(WEIGHTS_FILE),
        WeightsFile.sources(PREFIX, adapters),
        Map.of("format", "pt"));
    JsonFiles.write(
        folder.resolve(CONFIG_FILE),
        new PeftConfig("LORA", "CAUSAL_LM", "none", rank, alpha, rankStabilized, targets));
  }
}
