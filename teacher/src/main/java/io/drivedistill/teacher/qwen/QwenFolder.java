package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A Hugging Face folder of Qwen2.5-VL: {@code config.json}, {@code tokenizer.json}, and the weights
 * in one file or in shards with an index.
 */
public final class QwenFolder {
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String HEAD = "lm_head.weight";
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path folder;
  private final List<Path> shards;

  private QwenFolder(Path folder, List<Path> shards) {
    this.folder = folder;
    this.shards = List.copyOf(shards);
  }

  /**
   * Looks for all files; reads none of the weights.
   *
   * @throws DriveDistillException naming every file that is missing
   */
  public static QwenFolder open(Path folder) {
    List<Path> shards = new ArrayList<>();
    List<Path> missing = new ArrayList<>();
    for (String name : List.of(CONFIG, TOKENIZER)) {
      if (!Files.isRegularFile(folder.resolve(name))) {
        missing.add(folder.resolve(name));
      }
    }
    if (Files.isRegularFile(folder.resolve(INDEX))) {
      shards.addAll(shardsOf(folder.resolve(INDEX)));
    } else {
      shards.add(folder.resolve(SINGLE));
    }
    shards.stream().filter(shard -> !Files.isRegularFile(shard)).forEach(missing::add);
    if (!missing.isEmpty()) {
      throw new DriveDistillException(
          "The Qwen2.5-VL folder "
              + folder.toAbsolutePath()
              + " lacks "
              + String.join(", ", missing.stream().map(p -> p.getFileName().toString()).toList()),
          Files.isDirectory(folder)
              ? "Maybe the download stopped early; get the whole repository again, for example"
                  + " Qwen/Qwen2.5-VL-3B-Instruct."
              : "Maybe the path is misspelt; there is no such folder.");
    }
    return new QwenFolder(folder, shards);
  }

  private static List<Path> shardsOf(Path index) {
    try {
      JsonNode map = new ObjectMapper().readTree(index.toFile()).path("weight_map");
      Set<String> names = new TreeSet<>();
      map.forEach(name -> names.add(name.asText()));
      return names.stream().map(index::resolveSibling).toList();
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read " + index.toAbsolutePath() + ": " + e.getMessage(),
          "Maybe the download stopped early; get the file again.",
          e);
    }
  }

  /** The sizes. */
  public QwenConfig config() {
    return QwenConfigFile.read(folder.resolve(CONFIG));
  }

  /** Where the tokenizer lies. */
  public Path tokenizerFile() {
    return folder.resolve(TOKENIZER);
  }

  /** The weight files, for content keys. */
  public List<Path> weightFiles() {
    return shards;
  }

  /**
   * Loads all weights from memory maps, so that only a part of one tensor is in memory twice.
   *
   * @param manager owns the weights
   * @throws DriveDistillException naming all missing, extra and misshapen tensors of all files
   */
  public void load(QwenVl model, NDManager manager, WeightPrecision precision) {
    Path index = folder.resolve(INDEX);
    WeightsFile weights =
        WeightsFile.at(Files.isRegularFile(index) ? index : shards.get(0))
            .renamed(QwenVl::publishedName)
            .allowExtra(name -> model.config().text().tiedHead() && name.equals(HEAD));
    (precision == WeightPrecision.BFLOAT16 ? weights.inBfloat16() : weights).load(model, manager);
  }
}
