package io.drivedistill.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.HalfPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Tensor data in direct memory that ONNX Runtime reads and writes without a copy.
 *
 * @param type element type
 * @param shape sizes
 * @param data elements in row order and native byte order
 */
public record HostTensor(DataType type, List<Long> shape, ByteBuffer data) {

  /** Checks the length. */
  public HostTensor {
    shape = List.copyOf(shape);
    long expected = count(shape) * type.getNumOfBytes();
    if (!data.isDirect() || data.remaining() != expected) {
      throw new DriveDistillException(
          "A tensor of shape "
              + shape
              + " and type "
              + type
              + " needs "
              + expected
              + " bytes of direct memory, found "
              + data.remaining(),
          "Maybe the shape or the element type is wrong.");
    }
  }

  /** A tensor of zeros. */
  public static HostTensor zeros(DataType type, long... shape) {
    List<Long> sizes = Arrays.stream(shape).boxed().toList();
    int bytes = Math.toIntExact(count(sizes) * type.getNumOfBytes());
    return new HostTensor(
        type, sizes, ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
  }

  /** A float32 tensor. */
  public static HostTensor of(float[] values, long... shape) {
    HostTensor tensor = zeros(DataType.FLOAT32, shape);
    tensor.floats().put(values);
    return tensor;
  }

  /** A copy of an array. */
  public static HostTensor of(NDArray array) {
    HostTensor tensor = zeros(array.getDataType(), array.getShape().getShape());
    tensor.data().duplicate().put(array.toByteBuffer(false));
    return tensor;
  }

  /** The elements of a float32 tensor; writing changes the tensor. */
  public FloatBuffer floats() {
    return data.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** Every element as a double. */
  public double[] toDoubles() {
    ByteBuffer view = data.duplicate().order(ByteOrder.nativeOrder());
    double[] values = new double[Math.toIntExact(count(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case FLOAT32 -> view.getFloat();
            case FLOAT64 -> view.getDouble();
            case FLOAT16 -> HalfPrecision.fromF16(view.getShort());
            case INT64 -> view.getLong();
            case INT32 -> view.getInt();
            case UINT8 -> view.get() & 0xff;
            default -> view.get();
          };
    }
    return values;
  }

  private static long count(List<Long> shape) {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }
}
