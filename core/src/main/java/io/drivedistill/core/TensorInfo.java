package io.drivedistill.core;

import java.util.List;

/**
 * What a safetensors header says about one tensor.
 *
 * @param dtype element type
 * @param shape sizes, outermost first; empty for a scalar
 * @param bytes length of the data, always elements times {@link Dtype#bytes()}
 */
public record TensorInfo(Dtype dtype, List<Long> shape, long bytes) {
  /** Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** The shape as an array, as tensor libraries want it. */
  public long[] shapeArray() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** Number of elements. */
  public long elements() {
    return bytes / dtype.bytes();
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
