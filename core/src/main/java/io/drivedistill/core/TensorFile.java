package io.drivedistill.core;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Named tensors on disk, whatever the format: {@link Safetensors}, or a PyTorch checkpoint ({@code
 * .pth}, {@code .pt}, {@code .ckpt}, {@code .bin}) whose pickle is read without running anything of
 * it. Opening is cheap at any size; only touched tensors are loaded. Instances can be shared
 * between threads.
 */
public sealed interface TensorFile extends AutoCloseable
    permits Safetensors, PytorchFile, ShardedTensors {

  /**
   * Opens tensors by what the file holds, not by its name.
   *
   * @param path a safetensors file, a PyTorch checkpoint, an index of either in Hugging Face's
   *     layout, or a folder that holds {@code model.safetensors} or {@code pytorch_model.bin}, or
   *     an index of one of them
   * @throws DriveDistillException if a file is missing, damaged or of another kind
   */
  static TensorFile open(Path path) {
    if (Files.isDirectory(path)) {
      return open(ShardedTensors.inFolder(path));
    }
    if (path.getFileName().toString().endsWith(".json")) {
      return ShardedTensors.open(path);
    }
    return PytorchFile.isPytorch(path) ? PytorchFile.open(path) : Safetensors.open(path);
  }

  /** The file or index that was opened. */
  Path file();

  /** Tensor names in the order of the file. */
  Set<String> names();

  /** Free text entries of the file; empty when there are none or the format has none. */
  Map<String, String> metadata();

  /**
   * Type and shape of a tensor.
   *
   * @throws DriveDistillException if there is no such tensor; the nearest name is suggested
   */
  TensorInfo info(String name);

  /**
   * {@code count} bytes from byte {@code from} on of a tensor in row-major order, read-only, little
   * endian, valid also after {@link #close}.
   *
   * @throws DriveDistillException if there is no such tensor or its bytes are damaged
   */
  ByteBuffer bytes(String name, long from, int count);

  /** Closes the file; views handed out stay valid. */
  @Override
  void close();

  /** Whether a tensor of this name exists. */
  default boolean contains(String name) {
    return names().contains(name);
  }

  /**
   * A tensor's bytes, read-only and little endian.
   *
   * @throws DriveDistillException if there is no such tensor or it is larger than 2 GiB
   */
  default ByteBuffer bytes(String name) {
    TensorInfo info = info(name);
    if (info.bytes() > Integer.MAX_VALUE) {
      throw new DriveDistillException(
          "Tensor '" + name + "' of " + file() + " is " + info + ", more than one view can hold",
          "Maybe keep it in bf16, or read it in parts.");
    }
    return bytes(name, 0, (int) info.bytes());
  }

  /**
   * A floating point tensor as floats, in row-major order; F64 is rounded.
   *
   * @throws DriveDistillException if the tensor holds integers
   */
  default float[] floats(String name) {
    TensorInfo info = info(name);
    requireType(name, info, info.dtype().isFloating(), "floating point numbers");
    ByteBuffer view = bytes(name);
    float[] values = new float[Math.toIntExact(info.elements())];
    switch (info.dtype()) {
      case F32 -> view.asFloatBuffer().get(values);
      case F64 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) view.getDouble(i * Double.BYTES);
        }
      }
      case F16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = HalfPrecision.fromF16(view.getShort(i * Short.BYTES));
        }
      }
      default -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = HalfPrecision.fromBf16(view.getShort(i * Short.BYTES));
        }
      }
    }
    return values;
  }

  /**
   * An F64 or F32 tensor as doubles, in row-major order.
   *
   * @throws DriveDistillException if the tensor has another type
   */
  default double[] doubles(String name) {
    TensorInfo info = info(name);
    boolean wide = info.dtype() == Dtype.F64;
    requireType(name, info, wide || info.dtype() == Dtype.F32, "F64 or F32");
    ByteBuffer view = bytes(name);
    double[] values = new double[Math.toIntExact(info.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = wide ? view.getDouble(i * Double.BYTES) : view.getFloat(i * Float.BYTES);
    }
    return values;
  }

  /**
   * An integer or Boolean tensor as longs, in row-major order; U8 is unsigned.
   *
   * @throws DriveDistillException if the tensor holds floating point numbers
   */
  default long[] longs(String name) {
    TensorInfo info = info(name);
    requireType(name, info, !info.dtype().isFloating(), "integers");
    ByteBuffer view = bytes(name);
    long[] values = new long[Math.toIntExact(info.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (info.dtype()) {
            case I64 -> view.getLong(i * Long.BYTES);
            case I32 -> view.getInt(i * Integer.BYTES);
            case I16 -> view.getShort(i * Short.BYTES);
            case I8 -> view.get(i);
            default -> view.get(i) & 0xff;
          };
    }
    return values;
  }

  private void requireType(String name, TensorInfo info, boolean right, String expected) {
    if (!right) {
      throw new DriveDistillException(
          "Tensor '" + name + "' of " + file() + " is " + info + ", expected " + expected,
          "Maybe the file belongs to another model or version.");
    }
  }
}
