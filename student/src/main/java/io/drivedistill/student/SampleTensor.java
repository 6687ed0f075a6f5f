package io.drivedistill.student;

import io.drivedistill.core.Dtype;
import io.drivedistill.core.Safetensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** A tensor of one sample in Java memory, ready to be batched or stored. Immutable by contract. */
public final class SampleTensor {
  private final Dtype dtype;
  private final List<Long> shape;
  private final byte[] littleEndian;

  private SampleTensor(Dtype dtype, long[] shape, byte[] littleEndian) {
    long bytes = dtype.bytes();
    for (long size : shape) {
      bytes *= size;
    }
    if (bytes != littleEndian.length) {
      throw new IllegalArgumentException(
          "Shape "
              + Arrays.toString(shape)
              + " of "
              + dtype
              + " is not "
              + littleEndian.length
              + " bytes");
    }
    this.dtype = dtype;
    this.shape = Arrays.stream(shape).boxed().toList();
    this.littleEndian = littleEndian;
  }

  /** Unsigned bytes; the array is not copied and must not change. */
  public static SampleTensor ofBytes(byte[] values, long... shape) {
    return new SampleTensor(Dtype.U8, shape, values);
  }

  /** Floats. */
  public static SampleTensor ofFloats(float[] values, long... shape) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return new SampleTensor(Dtype.F32, shape, buffer.array());
  }

  /** A tensor of a file. */
  public static SampleTensor read(Safetensors file, String name) {
    ByteBuffer view = file.bytes(name);
    byte[] bytes = new byte[view.remaining()];
    view.get(bytes);
    return new SampleTensor(file.info(name).dtype(), file.info(name).shapeArray(), bytes);
  }

  /** This tensor as something to be written. */
  public Safetensors.Source source() {
    long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
    return Safetensors.Source.of(dtype, sizes, () -> ByteBuffer.wrap(littleEndian));
  }

  /** Element type. */
  public Dtype dtype() {
    return dtype;
  }

  /** Sizes without a batch axis. */
  public List<Long> shape() {
    return shape;
  }

  /** Size in bytes. */
  public int byteCount() {
    return littleEndian.length;
  }

  /** A copy of unsigned bytes. */
  public byte[] toBytes() {
    require(Dtype.U8);
    return littleEndian.clone();
  }

  /** A copy of floats. */
  public float[] toFloats() {
    require(Dtype.F32);
    float[] values = new float[littleEndian.length / Float.BYTES];
    ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private void require(Dtype wanted) {
    if (dtype != wanted) {
      throw new IllegalStateException("This tensor is " + dtype + ", not " + wanted);
    }
  }

  void putInto(ByteBuffer buffer) {
    buffer.put(littleEndian);
  }
}
