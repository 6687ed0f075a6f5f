package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Says one family of DJL operations in ONNX. Register your own with {@link Lowerings#with}; a later
 * registration replaces an earlier one for the same operation.
 */
public interface Lowering {
  /** Method names of {@code NDArray} and {@code NDArrayEx} that this family covers. */
  Set<String> operations();

  /**
   * Appends nodes that compute the operation.
   *
   * @return one tensor per result, with the types {@link Operation#results()} states
   */
  List<Tensor> lower(Operation operation, OnnxGraph graph);
}
