package io.drivedistill.student;

import io.drivedistill.core.Safetensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One scene as a student takes it, in Java memory: pixels and counts as bytes, so that thousands
 * fit.
 *
 * @param token of the scene
 * @param inputs by the names of {@link Student#inputs}
 * @param targets what people did and annotated, by name; absent for unlabelled scenes
 */
public record StudentSample(
    String token, Map<String, SampleTensor> inputs, Optional<Map<String, SampleTensor>> targets) {
  private static final String INPUT = "input/";
  private static final String TARGET = "target/";
  private static final String TOKEN = "token";

  /** Keeps the order of the tensors. */
  public StudentSample {
    inputs = new LinkedHashMap<>(inputs);
    targets = targets.map(LinkedHashMap::new);
  }

  /** Size of all tensors in bytes. */
  public long byteCount() {
    return Stream.concat(
            inputs.values().stream(), targets.stream().flatMap(all -> all.values().stream()))
        .mapToLong(SampleTensor::byteCount)
        .sum();
  }

  /** The same scene as if nobody had labelled it. */
  public StudentSample withoutTargets() {
    return new StudentSample(token, inputs, Optional.empty());
  }

  /**
   * Writes the sample; readers see the whole file or none.
   *
   * @throws io.drivedistill.core.DriveDistillException if the disk is full or the folder cannot be
   *     written
   */
  public void write(Path file) {
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    inputs.forEach((name, tensor) -> tensors.put(INPUT + name, tensor.source()));
    targets.ifPresent(
        all -> all.forEach((name, tensor) -> tensors.put(TARGET + name, tensor.source())));
    Safetensors.write(file, tensors, Map.of(TOKEN, token));
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws io.drivedistill.core.DriveDistillException if the file is missing or damaged
   */
  public static StudentSample read(Path file) {
    Map<String, SampleTensor> inputs = new LinkedHashMap<>();
    Map<String, SampleTensor> targets = new LinkedHashMap<>();
    try (Safetensors tensors = Safetensors.open(file)) {
      for (String name : tensors.names()) {
        if (name.startsWith(INPUT)) {
          inputs.put(name.substring(INPUT.length()), SampleTensor.read(tensors, name));
        } else if (name.startsWith(TARGET)) {
          targets.put(name.substring(TARGET.length()), SampleTensor.read(tensors, name));
        }
      }
      return new StudentSample(
          tensors.metadata().getOrDefault(TOKEN, ""),
          inputs,
          targets.isEmpty() ? Optional.empty() : Optional.of(targets));
    }
  }
}
