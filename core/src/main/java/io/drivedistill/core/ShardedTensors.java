package io.drivedistill.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The tensors of the parts that an index in Hugging Face's layout names. */
final class ShardedTensors implements TensorFile {
  private static final List<String> IN_A_FOLDER =
      List.of(
          "model.safetensors.index.json",
          "model.safetensors",
          "pytorch_model.bin.index.json",
          "pytorch_model.bin");

  private final Path index;
  private final List<TensorFile> parts = new ArrayList<>();
  private final Map<String, TensorFile> byTensor = new LinkedHashMap<>();

  private ShardedTensors(Path index) {
    this.index = index;
  }

  /** The file of a Hugging Face folder that names or holds the tensors. */
  static Path inFolder(Path folder) {
    return IN_A_FOLDER.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "The folder " + folder.toAbsolutePath() + " holds none of " + IN_A_FOLDER,
                    "Maybe the path is misspelt, or the download stopped before the weights."));
  }

  static ShardedTensors open(Path index) {
    ShardedTensors tensors = new ShardedTensors(index);
    try {
      tensors.addParts();
      return tensors;
    } catch (RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  private void addParts() {
    JsonNode map;
    try {
      map = new ObjectMapper().readTree(Files.readString(index)).path("weight_map");
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the index " + index.toAbsolutePath() + ": " + e.getMessage(),
          "Maybe the download stopped early; get the file again.",
          e);
    }
    Set<Path> files = new TreeSet<>();
    map.forEach(part -> files.add(index.resolveSibling(part.asText())));
    List<Path> absent = files.stream().filter(part -> !Files.exists(part)).toList();
    if (files.isEmpty() || !absent.isEmpty()) {
      throw new DriveDistillException(
          "The index "
              + index.toAbsolutePath()
              + " names "
              + files.size()
              + " parts, of which "
              + absent.size()
              + " are missing: "
              + absent,
          "Maybe the download stopped early; fetch the missing parts into the same folder.");
    }
    for (Path file : files) {
      TensorFile part = TensorFile.open(file);
      parts.add(part);
      part.names().forEach(name -> byTensor.put(name, part));
    }
    List<String> lost = new ArrayList<>();
    map.fieldNames().forEachRemaining(lost::add);
    lost.removeAll(byTensor.keySet());
    if (!lost.isEmpty()) {
      throw new DriveDistillException(
          "The parts of " + index.toAbsolutePath() + " lack tensors the index names: " + lost,
          "Maybe the parts belong to another version than the index; download them together.");
    }
  }

  @Override
  public Path file() {
    return index;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(byTensor.keySet());
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public TensorInfo info(String name) {
    return part(name).info(name);
  }

  @Override
  public ByteBuffer bytes(String name, long from, int count) {
    return part(name).bytes(name, from, count);
  }

  private TensorFile part(String name) {
    TensorFile part = byTensor.get(name);
    if (part == null) {
      throw MissingTensor.named(name, this);
    }
    return part;
  }

  @Override
  public void close() {
    parts.forEach(TensorFile::close);
  }
}
