package io.drivedistill.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A safetensors file: an eight byte header length, a JSON header, the tensors' bytes in little
 * endian order. Reading maps the file into memory, so opening a checkpoint of any size is cheap and
 * only touched tensors are loaded. Instances can be shared between threads.
 */
public final class Safetensors implements AutoCloseable {
  private static final int LENGTH_BYTES = Long.BYTES;

  private final Path file;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final long dataStart;

  /** The whole data section where it fits into one buffer, else null. */
  private final ByteBuffer data;

  private Safetensors(
      Path file, FileChannel channel, SafetensorsHeader header, long dataStart, ByteBuffer data) {
    this.file = file;
    this.channel = channel;
    this.header = header;
    this.dataStart = dataStart;
    this.data = data;
  }

  /**
   * Opens a file and checks its header against the file's size: truncation, overlaps, gaps, sizes
   * that disagree with shapes.
   *
   * @throws DriveDistillException if the file is missing or damaged
   */
  public static Safetensors open(Path file) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      long size = channel.size();
      if (size < LENGTH_BYTES) {
        throw new SafetensorsHeader.Damaged("it has only " + size + " bytes");
      }
      long headerBytes = readFully(channel, 0, LENGTH_BYTES).getLong();
      if (headerBytes < 2
          || headerBytes > SafetensorsHeader.MAX_BYTES
          || headerBytes > size - LENGTH_BYTES) {
        throw new SafetensorsHeader.Damaged(
            "its header claims " + Long.toUnsignedString(headerBytes) + " of " + size + " bytes");
      }
      long dataStart = LENGTH_BYTES + headerBytes;
      byte[] json = readFully(channel, LENGTH_BYTES, (int) headerBytes).array();
      SafetensorsHeader header = SafetensorsHeader.parse(json, size - dataStart);
      ByteBuffer data =
          size - dataStart <= Integer.MAX_VALUE
              ? channel.map(FileChannel.MapMode.READ_ONLY, dataStart, size - dataStart)
              : null;
      return new Safetensors(file, channel, header, dataStart, data);
    } catch (SafetensorsHeader.Damaged | IOException e) {
      closeQuietly(channel, e);
      throw unreadable(file, e);
    }
  }

  private static void closeQuietly(FileChannel channel, Exception reason) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private static DriveDistillException unreadable(Path file, Exception e) {
    if (!Files.exists(file)) {
      return new DriveDistillException(
          "There is no safetensors file " + file.toAbsolutePath(),
          "Maybe the path is misspelt, or the step that writes the file has not run yet.",
          e);
    }
    return new DriveDistillException(
        "Not a whole safetensors file: " + file.toAbsolutePath() + ": " + e.getMessage(),
        "Maybe the download or copy stopped early; get the file again and compare its checksum.",
        e);
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("it ends after " + channel.size() + " bytes");
      }
    }
    return buffer.flip();
  }

  /** Where the file lies. */
  public Path file() {
    return file;
  }

  /** Tensor names in the order of the header. */
  public Set<String> names() {
    return header.entries().keySet();
  }

  /** The free text entries of the header; empty when there are none. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** Whether a tensor of this name exists. */
  public boolean contains(String name) {
    return header.entries().containsKey(name);
  }

  /**
   * Type and shape of a tensor.
   *
   * @throws DriveDistillException if there is no such tensor; the nearest name is suggested
   */
  public TensorInfo info(String name) {
    return entry(name).info();
  }

  /**
   * A read-only little endian view of a tensor's bytes, valid also after {@link #close}.
   *
   * @throws DriveDistillException if there is no such tensor or it is larger than 2 GiB
   */
  public ByteBuffer bytes(String name) {
    TensorInfo info = info(name);
    if (info.bytes() > Integer.MAX_VALUE) {
      throw new DriveDistillException(
          "Tensor '" + name + "' of " + file + " is " + info + ", more than one view can hold",
          "Maybe keep it in bf16, or read it in parts.");
    }
    return bytes(name, 0, (int) info.bytes());
  }

  /** A view of {@code count} bytes of a tensor from byte {@code from} on. */
  public ByteBuffer bytes(String name, long from, int count) {
    SafetensorsHeader.Entry entry = entry(name);
    if (from < 0 || count < 0 || from + count > entry.info().bytes()) {
      throw new IndexOutOfBoundsException(
          "Bytes " + from + " to " + (from + count) + " of " + entry.info().bytes());
    }
    long begin = entry.begin() + from;
    if (data != null) {
      return data.slice((int) begin, count).order(ByteOrder.LITTLE_ENDIAN);
    }
    try {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, dataStart + begin, count)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * A floating point tensor as floats, in row-major order; F64 is rounded.
   *
   * @throws DriveDistillException if the tensor holds integers
   */
  public float[] floats(String name) {
    TensorInfo info = info(name);
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
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = HalfPrecision.fromBf16(view.getShort(i * Short.BYTES));
        }
      }
      default -> throw wrongType(name, info, "floating point numbers");
    }
    return values;
  }

  /**
   * An F64 or F32 tensor as doubles, in row-major order.
   *
   * @throws DriveDistillException if the tensor has another type
   */
  public double[] doubles(String name) {
    TensorInfo info = info(name);
    ByteBuffer view = bytes(name);
    double[] values = new double[Math.toIntExact(info.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (info.dtype()) {
            case F64 -> view.getDouble(i * Double.BYTES);
            case F32 -> view.getFloat(i * Float.BYTES);
            default -> throw wrongType(name, info, "F64 or F32");
          };
    }
    return values;
  }

  /**
   * An integer or Boolean tensor as longs, in row-major order; bytes are unsigned.
   *
   * @throws DriveDistillException if the tensor holds floating point numbers
   */
  public long[] longs(String name) {
    TensorInfo info = info(name);
    ByteBuffer view = bytes(name);
    long[] values = new long[Math.toIntExact(info.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (info.dtype()) {
            case I64 -> view.getLong(i * Long.BYTES);
            case I32 -> view.getInt(i * Integer.BYTES);
            case U8, BOOL -> view.get(i) & 0xFF;
            default -> throw wrongType(name, info, "integers");
          };
    }
    return values;
  }

  private DriveDistillException wrongType(String name, TensorInfo info, String expected) {
    return new DriveDistillException(
        "Tensor '" + name + "' of " + file + " is " + info + ", expected " + expected,
        "Maybe the file belongs to another model or version.");
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new DriveDistillException(
          file.toAbsolutePath() + " holds no tensor '" + name + "'",
          NearestName.of(name, header.entries().keySet())
              .map(near -> "Maybe you meant '" + near + "'.")
              .orElse("Maybe the file belongs to another model."));
    }
    return entry;
  }

  /** Closes the file; views handed out stay valid. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * A tensor to be written.
   *
   * @param info type and shape
   * @param data makes the little endian bytes; called once, just before they are written, so that
   *     only one tensor need be in memory
   */
  public record Source(TensorInfo info, Supplier<ByteBuffer> data) {
    /** Makes a source of this type and shape. */
    public static Source of(Dtype dtype, long[] shape, Supplier<ByteBuffer> data) {
      long bytes = dtype.bytes();
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, size);
      }
      return new Source(new TensorInfo(dtype, Arrays.stream(shape).boxed().toList(), bytes), data);
    }

    /** An F32 source of values held in memory. */
    public static Source ofFloats(float[] values, long... shape) {
      return of(
          Dtype.F32,
          shape,
          () -> {
            ByteBuffer buffer =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            buffer.asFloatBuffer().put(values);
            return buffer;
          });
    }

    /** An I64 source of values held in memory. */
    public static Source ofLongs(long[] values, long... shape) {
      return of(
          Dtype.I64,
          shape,
          () -> {
            ByteBuffer buffer =
                ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            buffer.asLongBuffer().put(values);
            return buffer;
          });
    }
  }

  /**
   * Writes a file in one pass; readers see the whole file or none.
   *
   * @param tensors by name, written in the map's order
   * @param metadata free text entries, may be empty
   * @throws DriveDistillException if the disk is full or the folder cannot be written
   * @throws IllegalArgumentException if a source makes another number of bytes than its shape says
   */
  public static void write(Path file, Map<String, Source> tensors, Map<String, String> metadata) {
    Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
    long position = 0;
    for (Map.Entry<String, Source> tensor : tensors.entrySet()) {
      TensorInfo info = tensor.getValue().info();
      entries.put(tensor.getKey(), new SafetensorsHeader.Entry(info, position));
      position += info.bytes();
    }
    byte[] header = new SafetensorsHeader(entries, metadata).toBytes();
    AtomicFiles.writeFile(
        file,
        stream -> {
          WritableByteChannel out = Channels.newChannel(stream);
          ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
          out.write(length.putLong(header.length).flip());
          out.write(ByteBuffer.wrap(header));
          for (Map.Entry<String, Source> tensor : tensors.entrySet()) {
            ByteBuffer bytes = tensor.getValue().data().get();
            if (bytes.remaining() != tensor.getValue().info().bytes()) {
              throw new IllegalArgumentException(
                  "Tensor '"
                      + tensor.getKey()
                      + "' is "
                      + tensor.getValue().info()
                      + " but its source made "
                      + bytes.remaining()
                      + " bytes");
            }
            out.write(bytes.duplicate());
          }
        });
  }
}
