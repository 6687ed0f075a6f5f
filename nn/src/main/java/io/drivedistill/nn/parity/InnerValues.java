package io.drivedistill.nn.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.drivedistill.core.Safetensors;
import io.drivedistill.nn.Inference;
import java.util.List;

/**
 * Looks for an inner value of the reference among all arrays that a model left in its manager: the
 * production classes need not hand out what only a comparison wants to see. An array with equally
 * many elements in the same row-major order counts, whatever its axes are called.
 */
final class InnerValues {
  private InnerValues() {}

  /** The closest array that agrees; not compared where none does, since results decide. */
  static Comparison find(
      String tensor, Safetensors tensors, List<NDArray> computed, Tolerance tolerance) {
    boolean integers = Numbers.areIntegers(tensors, tensor);
    long count = tensors.info(tensor).elements();
    double[] reference = Numbers.of(tensors, tensor);
    Comparison best = null;
    for (NDArray array : computed) {
      if (array.isReleased()
          || array.getShape().size() != count
          || array.getDataType() == DataType.UNKNOWN
          || array.getDataType().isInteger() != integers) {
        continue;
      }
      double[] values = Inference.run(() -> Numbers.of(array));
      Comparison comparison =
          Comparison.between(
              tensor, values, reference, null, integers ? Tolerance.EXACT : tolerance);
      if (best == null || comparison.largestDifference() < best.largestDifference()) {
        best = comparison;
      }
    }
    return best != null && best.passed()
        ? best
        : Comparison.omitted(tensor, "an inner value that is not formed here; results decide");
  }
}
