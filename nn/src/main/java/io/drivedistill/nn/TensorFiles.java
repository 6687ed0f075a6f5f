package io.drivedistill.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tensors of one safetensors file, or of the parts that an index in Hugging Face's layout
 * names.
 */
final class TensorFiles implements AutoCloseable {
  private static final String INDEX = "model.safetensors.index.json";
  private static final String SINGLE = "model.safetensors";

  private final List<Safetensors> files = new ArrayList<>();
  private final Map<String, Safetensors> byTensor = new LinkedHashMap<>();

  private TensorFiles() {}

  /**
   * @param path a safetensors file, an index, or a folder that holds one of {@value #INDEX} and
   *     {@value #SINGLE}
   * @throws DriveDistillException if a file is missing or damaged; all missing parts are listed
   */
  static TensorFiles open(Path path) {
    Path file = path;
    if (Files.isDirectory(path)) {
      Path index = path.resolve(INDEX);
      file = Files.exists(index) ? index : path.resolve(SINGLE);
    }
    TensorFiles tensors = new TensorFiles();
    try {
      if (file.getFileName().toString().endsWith(".json")) {
        tensors.addParts(file);
      } else {
        tensors.add(file);
      }
      return tensors;
    } catch (RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  private void add(Path file) {
    Safetensors tensors = Safetensors.open(file);
    files.add(tensors);
    tensors.names().forEach(name -> byTensor.put(name, tensors));
  }

  private void addParts(Path index) {
    JsonNode map;
    try {
      map = new ObjectMapper().readTree(Files.readString(index)).path("weight_map");
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the index " + index.toAbsolutePath() + ": " + e.getMessage(),
          "Maybe the download stopped early; get the file again.",
          e);
    }
    Set<Path> parts = new TreeSet<>();
    map.forEach(part -> parts.add(index.resolveSibling(part.asText())));
    List<Path> absent = parts.stream().filter(part -> !Files.exists(part)).toList();
    if (parts.isEmpty() || !absent.isEmpty()) {
      throw new DriveDistillException(
          "The index "
              + index.toAbsolutePath()
              + " names "
              + parts.size()
              + " parts, of which "
              + absent.size()
              + " are missing: "
              + absent,
          "Maybe the download stopped early; fetch the missing parts into the same folder.");
    }
    parts.forEach(this::add);
    List<String> lost = new ArrayList<>();
    map.fieldNames().forEachRemaining(lost::add);
    lost.removeAll(byTensor.keySet());
    if (!lost.isEmpty()) {
      throw new DriveDistillException(
          "The parts of " + index.toAbsolutePath() + " lack tensors the index names: " + lost,
          "Maybe the parts belong to another version than the index; download them together.");
    }
  }

  Set<String> names() {
    return byTensor.keySet();
  }

  /** The file that holds a tensor of {@link #names}. */
  Safetensors of(String name) {
    return byTensor.get(name);
  }

  @Override
  public void close() {
    files.forEach(Safetensors::close);
  }
}
