package io.drivedistill.core;

import io.drivedistill.core.pickle.PickleException;
import java.util.ArrayList;
import java.util.List;

/**
 * A view of a storage.
 *
 * @param storage where the numbers lie
 * @param offset first element, counted in elements of the storage
 * @param info type and shape
 * @param strides steps in elements, one for each size
 */
record PytorchTensor(PytorchStorage storage, long offset, TensorInfo info, List<Long> strides) {

  /** Makes a view, checked for sizes that overflow; not yet against the storage's bytes. */
  static PytorchTensor of(
      PytorchStorage storage, Dtype dtype, Object offset, Object sizes, Object strides)
      throws PickleException {
    List<Long> shape = extents(sizes, "size");
    List<Long> steps = extents(strides, "stride");
    if (shape.size() != steps.size() || !(offset instanceof Long first) || first < 0) {
      throw new PickleException("a tensor has sizes, strides and an offset that do not fit");
    }
    try {
      long bytes = dtype.bytes();
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, size);
      }
      return new PytorchTensor(storage, first, new TensorInfo(dtype, shape, bytes), steps);
    } catch (ArithmeticException e) {
      throw new PickleException("a tensor has the impossible shape " + shape);
    }
  }

  private static List<Long> extents(Object value, String what) throws PickleException {
    if (!(value instanceof Object[] values) || values.length > 64) {
      throw new PickleException("a tensor's " + what + " is not a tuple of numbers");
    }
    List<Long> extents = new ArrayList<>();
    for (Object extent : values) {
      if (!(extent instanceof Long number) || number < 0) {
        throw new PickleException("a tensor's " + what + " is not a tuple of numbers");
      }
      extents.add(number);
    }
    return extents;
  }

  /** Whether the elements lie in row-major order without gaps. */
  boolean contiguous() {
    long expected = 1;
    for (int axis = strides.size() - 1; axis >= 0; axis--) {
      long size = info.shape().get(axis);
      if (size != 1 && strides.get(axis) != expected && info.bytes() > 0) {
        return false;
      }
      expected *= size;
    }
    return true;
  }

  /**
   * Number of elements of the storage, from its begin, that the tensor reaches.
   *
   * @throws ArithmeticException if there is no such number
   */
  long reach() {
    if (info.bytes() == 0) {
      return 0;
    }
    long last = offset;
    for (int axis = 0; axis < strides.size(); axis++) {
      last = Math.addExact(last, Math.multiplyExact(strides.get(axis), info.shape().get(axis) - 1));
    }
    return Math.addExact(last, 1);
  }

  /** Where the element at a row-major index lies, in elements from the storage's begin. */
  long placeOf(long index) {
    long rest = index;
    long place = offset;
    for (int axis = strides.size() - 1; axis >= 0; axis--) {
      long size = info.shape().get(axis);
      place += rest % size * strides.get(axis);
      rest /= size;
    }
    return place;
  }
}
