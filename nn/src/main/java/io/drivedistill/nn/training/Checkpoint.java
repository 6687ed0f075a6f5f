package io.drivedistill.nn.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.WeightsFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * The state of a training run in one safetensors file: {@code weight/<name>} (parameters and
 * buffers), {@code mean/<name>}, {@code square/<name>} (optimizer), {@code average/<name>}, {@code
 * update_counts}; in the metadata the number of finished steps, the plan and a checksum over all
 * tensor bytes in the order of the file.
 */
final class Checkpoint {
  private static final String COUNTS = "update_counts";
  private static final String FORMAT = "drivedistill-checkpoint-1";

  private final Path file;
  private final Map<String, NDArray> arrays;
  private final AdamW optimizer;
  private final String plan;

  /**
   * @param arrays everything to be saved and restored, by name in the file
   * @param plan text that must be equal when the run continues
   */
  Checkpoint(Path file, Map<String, NDArray> arrays, AdamW optimizer, String plan) {
    this.file = file;
    this.arrays = arrays;
    this.optimizer = optimizer;
    this.plan = plan;
  }

  /** Writes the state after {@code steps} finished steps. */
  void save(long steps) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, Safetensors.Source> sources = new LinkedHashMap<>();
      CRC32C sum = new CRC32C();
      long[] counts = optimizer.stepCounts();
      sources.put(COUNTS, Safetensors.Source.ofLongs(counts, counts.length));
      sum.update(sources.get(COUNTS).data().get());
      arrays.forEach(
          (name, array) -> {
            // A view of the engine's memory: nothing is copied on the CPU.
            ByteBuffer bytes = array.toByteBuffer(true);
            sum.update(bytes.duplicate());
            sources.put(
                name, Safetensors.Source.of(Dtype.F32, array.getShape().getShape(), () -> bytes));
          });
      Map<String, String> metadata = new LinkedHashMap<>();
      metadata.put("format", FORMAT);
      metadata.put("steps", Long.toString(steps));
      metadata.put("plan", plan);
      metadata.put("crc32c", Long.toHexString(sum.getValue()));
      Safetensors.write(file, sources, metadata);
    }
  }

  /**
   * Restores the state if there is a checkpoint.
   *
   * @return number of finished steps, 0 without a checkpoint
   * @throws DriveDistillException if the file is damaged or belongs to another plan or model; then
   *     nothing was changed
   */
  long restore() {
    if (!Files.exists(file)) {
      return 0;
    }
    try (Safetensors tensors = Safetensors.open(file)) {
      Map<String, String> metadata = tensors.metadata();
      if (!FORMAT.equals(metadata.get("format"))) {
        throw unusable("its format is '" + metadata.get("format") + "', expected '" + FORMAT + "'");
      }
      if (!checksum(tensors).equals(metadata.get("crc32c"))) {
        throw unusable(
            "its checksum is " + checksum(tensors) + ", expected " + metadata.get("crc32c"));
      }
      if (!plan.equals(metadata.get("plan"))) {
        throw new DriveDistillException(
            "The checkpoint "
                + file.toAbsolutePath()
                + " was made with the plan "
                + metadata.get("plan")
                + ", this run has "
                + plan,
            "Maybe choose another output folder for the changed plan, or delete the checkpoint to"
                + " start again.");
      }
      requireSameTensors(tensors);
      optimizer.setStepCounts(tensors.longs(COUNTS));
      arrays.forEach(
          (name, array) -> {
            try (NDArray value = WeightsFile.read(tensors, name, array.getManager())) {
              array.set(new NDIndex("..."), value);
            }
          });
      return Long.parseLong(metadata.get("steps"));
    }
  }

  private void requireSameTensors(Safetensors tensors) {
    TreeSet<String> different = new TreeSet<>(tensors.names());
    different.remove(COUNTS);
    arrays.forEach(
        (name, array) -> {
          if (different.contains(name)
              && new Shape(tensors.info(name).shapeArray()).equals(array.getShape())) {
            different.remove(name);
          } else {
            different.add(name);
          }
        });
    if (!different.isEmpty()) {
      throw new DriveDistillException(
          "The checkpoint "
              + file.toAbsolutePath()
              + " belongs to another model; these tensors differ: "
              + different,
          "Maybe the model's sizes or frozen parts were changed; choose another output folder, or"
              + " delete the checkpoint to start again.");
    }
  }

  private static String checksum(Safetensors tensors) {
    CRC32C sum = new CRC32C();
    for (String name : tensors.names()) {
      long bytes = tensors.info(name).bytes();
      for (long from = 0; from < bytes; from += 1 << 30) {
        sum.update(tensors.bytes(name, from, (int) Math.min(1 << 30, bytes - from)));
      }
    }
    return Long.toHexString(sum.getValue());
  }

  private DriveDistillException unusable(String why) {
    return new DriveDistillException(
        "The checkpoint " + file.toAbsolutePath() + " is damaged: " + why,
        "Maybe the disk failed or the file was changed; delete it and run the same command again,"
            + " the training starts over, or copy a good one back.");
  }
}
