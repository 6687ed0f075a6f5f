package io.drivedistill.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One input of a network to export.
 *
 * @param name its name in the ONNX graph
 * @param type float32, float64, float16, int64, int32, int8, uint8 or boolean
 * @param shape sizes; the first one is only an example where the input is batched
 * @param batched whether the first axis is the batch, free in the exported graph
 * @param low smallest value of random test inputs
 * @param high bound of random test inputs; exclusive for whole numbers
 */
public record InputSpec(
    String name, DataType type, List<Long> shape, boolean batched, double low, double high) {

  private static final List<DataType> TYPES =
      List.of(
          DataType.FLOAT32,
          DataType.FLOAT64,
          DataType.FLOAT16,
          DataType.INT64,
          DataType.INT32,
          DataType.INT8,
          DataType.UINT8,
          DataType.BOOLEAN);

  /** Checks and copies. */
  public InputSpec {
    shape = List.copyOf(shape);
    if (batched && shape.isEmpty()) {
      throw new DriveDistillException(
          "Input " + name + " is batched but has no axis",
          "Maybe give its shape with the batch axis first.");
    }
    if (!TYPES.contains(type)) {
      throw new DriveDistillException(
          "Input " + name + " has element type " + type + ", but DJL computes with " + TYPES,
          "Maybe give it to the network as float32 or int64 and convert inside.");
    }
    if (shape.stream().skip(batched ? 1 : 0).anyMatch(size -> size < 0)) {
      throw new DriveDistillException(
          "Input " + name + " has a size that is not known: " + shape,
          "Maybe give the example's size; only the first axis may be free, as the batch.");
    }
    if (!(low < high) && type != DataType.BOOLEAN) {
      throw new DriveDistillException(
          "Random values of input " + name + " cannot lie between " + low + " and " + high,
          "Maybe give the smaller bound first; the upper one of whole numbers is not reached.");
    }
  }

  /** A float32 input with a free batch axis in front; test values lie in [-1, 1]. */
  public static InputSpec batched(String name, long... shapeWithBatch) {
    return new InputSpec(name, DataType.FLOAT32, boxed(shapeWithBatch), true, -1, 1);
  }

  /** A float32 input with fixed sizes; test values lie in [-1, 1]. */
  public static InputSpec fixed(String name, long... shape) {
    return new InputSpec(name, DataType.FLOAT32, boxed(shape), false, -1, 1);
  }

  /**
   * The input that a contract describes, batched where it says so; test values lie in the range.
   */
  public static InputSpec of(TensorSpec spec, double low, double high) {
    boolean batched = !spec.shape().isEmpty() && spec.shape().get(0) == TensorSpec.BATCH;
    DataType type =
        switch (spec.dtype()) {
          case F32 -> DataType.FLOAT32;
          case F64 -> DataType.FLOAT64;
          case I64 -> DataType.INT64;
          case I32 -> DataType.INT32;
          case U8 -> DataType.UINT8;
          case BOOL -> DataType.BOOLEAN;
          default ->
              throw new DriveDistillException(
                  "Input " + spec.name() + " has element type " + spec.dtype(),
                  "Maybe give it to the network as F32 and convert inside.");
        };
    List<Long> example =
        spec.shape().stream()
            .map(size -> size == TensorSpec.BATCH ? Long.valueOf(1) : size)
            .toList();
    return new InputSpec(spec.name(), type, example, batched, low, high);
  }

  /** The same input with another element type and range of test values. */
  public InputSpec holding(DataType other, double from, double to) {
    return new InputSpec(name, other, shape, batched, from, to);
  }

  /** Sizes for one batch size. */
  public Shape shapeAt(long batch) {
    long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
    if (batched) {
      sizes[0] = batch;
    }
    return new Shape(sizes);
  }

  /** Random content; the same seed gives the same content. */
  NDArray random(NDManager manager, long batch, SplittableRandom random) {
    Shape sizes = shapeAt(batch);
    int count = Math.toIntExact(sizes.size());
    if (type.isInteger()) {
      long[] values = new long[count];
      for (int i = 0; i < count; i++) {
        values[i] = random.nextLong((long) low, (long) high);
      }
      return manager.create(values, sizes).toType(type, false);
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          type == DataType.BOOLEAN
              ? random.nextInt(2)
              : (float) (low + (high - low) * random.nextDouble());
    }
    return manager.create(values, sizes).toType(type, false);
  }

  private static List<Long> boxed(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
