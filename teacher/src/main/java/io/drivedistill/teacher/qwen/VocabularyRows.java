package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.Bfloat16;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.WeightsFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Some rows of a model's vocabulary, in the embedding table and, where it is not tied, in the
 * output layer.
 */
public final class VocabularyRows {
  private static final List<String> TABLES = List.of("model.embed_tokens.weight", "lm_head.weight");

  private final QwenVl model;
  private final int first;
  private final int end;

  /**
   * @param first first row
   * @param end row after the last one
   */
  public VocabularyRows(QwenVl model, int first, int end) {
    this.model = model;
    this.first = first;
    this.end = end;
  }

  /**
   * Gives rows that were never trained a sensible start: the mean of the rows before them plus a
   * little noise.
   */
  public void renew(long seed) {
    Inference.run(
        () -> {
          for (NDArray table : tables().values()) {
            renew(table, seed);
          }
        });
  }

  private Map<String, NDArray> tables() {
    Map<String, Parameter> weights = Weights.of(model);
    Map<String, NDArray> tables = new LinkedHashMap<>();
    for (String name : TABLES) {
      if (weights.containsKey(name)) {
        tables.put(name, weights.get(name).getArray());
      }
    }
    return tables;
  }

  private void renew(NDArray table, long seed) {
    try (NDManager scratch = table.getManager().newSubManager()) {
      int size = model.config().text().hiddenSize();
      float[] noise = new float[(end - first) * size];
      new Initialization.Normal((float) (model.config().text().initialDeviation() / 10))
          .fill(noise, new long[] {end - first, size}, new SplittableRandom(seed));
      NDArray mean = part(table, 0, first, scratch).mean(new int[] {0}, true);
      put(table, Constants.of(scratch, noise, end - first, size).add(mean));
    }
  }

  /** Rows of a table as float32 that belong to {@code owner}. */
  private static NDArray part(NDArray table, int from, int to, NDManager owner) {
    NDArray rows = table.get(new NDIndex(from + ":" + to));
    rows.attach(owner);
    return Bfloat16.holds(rows) ? Bfloat16.widened(rows) : rows;
  }

  private void put(NDArray table, NDArray rows) {
    table.set(new NDIndex(first + ":" + end), Bfloat16.holds(table) ? Bfloat16.of(rows) : rows);
  }

  /** The rows' numbers, table by table. */
  public Map<String, float[]> values() {
    return Inference.run(
        () -> {
          Map<String, float[]> values = new LinkedHashMap<>();
          tables()
              .forEach(
                  (name, table) -> {
                    try (NDManager scratch = table.getManager().newSubManager()) {
                      values.put(name, part(table, first, end, scratch).toFloatArray());
                    }
                  });
          return values;
        });
  }

  /** Writes the rows as tensors [rows, C] under the names of their tables. */
  public void save(Path file) {
    Map<String, Safetensors.Source> sources = new LinkedHashMap<>();
    values()
        .forEach(
            (name, rows) ->
                sources.put(
                    name,
                    Safetensors.Source.ofFloats(
                        rows, end - first, model.config().text().hiddenSize())));
    Safetensors.write(file, sources, Map.of());
  }

  /**
   * Puts back what {@link #save} wrote.
   *
   * @throws io.drivedistill.core.DriveDistillException if the file is missing or damaged
   */
  public void load(Path file) {
    try (Safetensors tensors = Safetensors.open(file)) {
      Inference.run(
          () ->
              tables()
                  .forEach(
                      (name, table) -> {
                        try (NDArray rows = WeightsFile.read(tensors, name, table.getManager())) {
                          put(table, rows);
                        }
                      }));
    }
  }
}
