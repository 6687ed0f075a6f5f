package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.drivedistill.core.HalfPrecision;
import io.drivedistill.core.TensorFile;
import io.drivedistill.core.TensorInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Some rows of a floating point tensor on disk.
 *
 * @param tensors the file
 * @param name of the tensor
 * @param first row
 * @param end row after the last one
 */
record TensorRows(TensorFile tensors, String name, long first, long end) {

  /** All rows in parts of about so many elements, a row at least. */
  static List<TensorRows> of(TensorFile tensors, String name, long elements) {
    TensorInfo info = tensors.info(name);
    long rows = info.shape().get(0);
    long perPart = Math.max(1, elements / Math.max(1, info.elements() / rows));
    List<TensorRows> parts = new ArrayList<>();
    for (long first = 0; first < rows; first += perPart) {
      parts.add(new TensorRows(tensors, name, first, Math.min(rows, first + perPart)));
    }
    return parts;
  }

  /** The rows as a float32 array. */
  NDArray read(NDManager manager) {
    TensorInfo info = tensors.info(name);
    long[] shape = info.shapeArray();
    int width = Math.toIntExact(info.elements() / shape[0]);
    int size = info.dtype().bytes();
    float[] values = new float[Math.toIntExact((end - first) * width)];
    ByteBuffer bytes = tensors.bytes(name, first * width * size, values.length * size);
    switch (info.dtype()) {
      case F32 -> bytes.asFloatBuffer().get(values);
      case F64 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) bytes.getDouble(i * size);
        }
      }
      case F16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = HalfPrecision.fromF16(bytes.getShort(i * size));
        }
      }
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = HalfPrecision.fromBf16(bytes.getShort(i * size));
        }
      }
      default -> throw new IllegalArgumentException(name + " is " + info);
    }
    shape[0] = end - first;
    return Constants.of(manager, values, shape);
  }
}
