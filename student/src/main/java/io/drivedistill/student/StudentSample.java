package io.drivedistill.student;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
  /** Keeps the order of the tensors. */
  public StudentSample {
    inputs = new LinkedHashMap<>(inputs);
    targets = targets.map(LinkedHashMap::new);
  }

  /** The same scene as if nobody had labelled it. */
  public StudentSample withoutTargets() {
    return new StudentSample(token, inputs, Optional.empty());
  }
}
