package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a {@link StudentModel} says of a batch in training.
 *
 * @param predictions of the planner, see {@link Student#predict}
 * @param imitation what stands in for the teacher; absent unless the student is distilled
 * @param teacherFeatures [B, P, D], what {@code imitation.features} should be, without gradient;
 *     absent where no teacher signals were given
 */
public record StudentOutput(
    Map<String, NDArray> predictions,
    Optional<Guidance.Signals> imitation,
    Optional<NDArray> teacherFeatures) {}
