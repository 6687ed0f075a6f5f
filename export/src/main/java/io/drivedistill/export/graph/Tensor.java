package io.drivedistill.export.graph;

import ai.djl.ndarray.types.DataType;
import java.util.List;

/**
 * A named value in an ONNX graph.
 *
 * @param name unique in its graph
 * @param type element type and sizes
 */
public record Tensor(String name, TensorType type) {
  /** Element type. */
  public DataType dataType() {
    return type.type();
  }

  /** Sizes. */
  public List<Dim> dims() {
    return type.dims();
  }

  /** One size; a negative axis counts from the end. */
  public Dim dim(int axis) {
    return dims().get(axis(axis));
  }

  /** Number of axes. */
  public int rank() {
    return dims().size();
  }

  /**
   * The axis counted from the front.
   *
   * @throws UnsupportedSizeException if there are no axes
   */
  public int axis(long axis) {
    if (rank() == 0) {
      throw new UnsupportedSizeException("an axis of a single number");
    }
    return (int) (axis < 0 ? axis + rank() : axis);
  }
}
