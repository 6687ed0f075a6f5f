package io.drivedistill.export.graph;

import ai.djl.ndarray.types.DataType;
import java.util.List;

/**
 * What is known of a tensor before it has a value.
 *
 * @param type element type
 * @param dims sizes, empty for a scalar
 */
public record TensorType(DataType type, List<Dim> dims) {
  /** A type with fixed sizes. */
  public static TensorType of(DataType type, long... sizes) {
    return new TensorType(type, Dim.each(sizes));
  }

  /** The same sizes with another element type. */
  public TensorType with(DataType other) {
    return new TensorType(other, dims);
  }

  /** The same element type with other sizes. */
  public TensorType with(List<Dim> other) {
    return new TensorType(type, List.copyOf(other));
  }
}
