package io.drivedistill.core;

import java.util.Arrays;
import java.util.List;

/**
 * What a tensor at the border of a room means: the contract between data, students, teachers and
 * exported models.
 *
 * @param name key in batches and name in exported models
 * @param dtype element type
 * @param shape sizes, outermost first; {@link #BATCH} stands for the batch size, {@link #FREE} for
 *     a size that may differ from call to call
 * @param unit physical unit, such as "m", "m/s", "rad", or "1"
 * @param frame coordinate frame, such as "ego at the current time", or "none"
 * @param description one sentence for people
 */
public record TensorSpec(
    String name, Dtype dtype, List<Long> shape, String unit, String frame, String description) {
  /** Marks the batch dimension in a shape. */
  public static final long BATCH = -1;

  /** Marks a dimension of any size, such as the number of points. */
  public static final long FREE = -2;

  /** Checks sizes and copies the shape. */
  public TensorSpec {
    shape = List.copyOf(shape);
    for (long size : shape) {
      if (!isOpen(size) && size <= 0) {
        throw new IllegalArgumentException(
            "Shape " + shape + " of tensor " + name + " holds " + size + ", not a size, -1 or -2");
      }
    }
  }

  /** Makes a spec from a shape written as numbers. */
  public static TensorSpec of(
      String name, Dtype dtype, long[] shape, String unit, String frame, String description) {
    return new TensorSpec(
        name, dtype, Arrays.stream(shape).boxed().toList(), unit, frame, description);
  }

  /** Whether a tensor of this type and shape meets the contract; any batch size does. */
  public boolean accepts(Dtype givenDtype, List<Long> givenShape) {
    if (givenDtype != dtype || givenShape.size() != shape.size()) {
      return false;
    }
    for (int axis = 0; axis < shape.size(); axis++) {
      if (!isOpen(shape.get(axis)) && !shape.get(axis).equals(givenShape.get(axis))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOpen(long size) {
    return size == BATCH || size == FREE;
  }
}
