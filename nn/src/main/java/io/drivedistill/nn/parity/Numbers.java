package io.drivedistill.nn.parity;

import ai.djl.ndarray.NDArray;
import io.drivedistill.core.Safetensors;
import java.util.Arrays;

/** Tensors of any type as doubles, which hold float32 and int32 exactly. */
final class Numbers {
  private Numbers() {}

  static double[] of(NDArray array) {
    return switch (array.getDataType()) {
      case FLOAT32 -> of(array.toFloatArray());
      case INT64 -> Arrays.stream(array.toLongArray()).asDoubleStream().toArray();
      default -> Arrays.stream(array.toArray()).mapToDouble(Number::doubleValue).toArray();
    };
  }

  static double[] of(float[] floats) {
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  static double[] of(Safetensors tensors, String name) {
    return switch (tensors.info(name).dtype()) {
      case F64 -> tensors.doubles(name);
      case F32, F16, BF16 -> of(tensors.floats(name));
      case I64, I32, I16, I8, U8, BOOL -> {
        long[] longs = tensors.longs(name);
        double[] values = new double[longs.length];
        for (int i = 0; i < longs.length; i++) {
          values[i] = longs[i];
        }
        yield values;
      }
    };
  }

  static boolean areIntegers(Safetensors tensors, String name) {
    return !tensors.info(name).dtype().isFloating();
  }
}
