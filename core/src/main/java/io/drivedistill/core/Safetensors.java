package io.drivedistill.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A safetensors file: an eight byte header length, a JSON header, the tensors' bytes in little
 * endian order. Reading maps the file into memory, so opening a checkpoint of any size is cheap and
 * only touched tensors are loaded. Instances can be shared between threads.
 */
public final class Safetensors implements TensorFile {
  private static final int LENGTH_BYTES = Long.BYTES;

  private final Path file;
  private final MappedFile mapped;
  private final SafetensorsHeader header;
  private final long dataStart;

  private Safetensors(Path file, MappedFile mapped, SafetensorsHeader header, long dataStart) {
    this.file = file;
    this.mapped = mapped;
    this.header = header;
    this.dataStart = dataStart;
  }

  /**
   * Opens a file and checks its header against the file's size: truncation, overlaps, gaps, sizes
   * that disagree with shapes.
   *
   * @throws DriveDistillException if the file is missing or damaged
   */
  public static Safetensors open(Path file) {
    MappedFile mapped = null;
    try {
      mapped = MappedFile.open(file);
      long size = mapped.size();
      if (size < LENGTH_BYTES) {
        throw new SafetensorsHeader.Damaged("it has only " + size + " bytes");
      }
      long headerBytes = mapped.view(0, LENGTH_BYTES).getLong();
      if (headerBytes < 2
          || headerBytes > SafetensorsHeader.MAX_BYTES
          || headerBytes > size - LENGTH_BYTES) {
        throw new SafetensorsHeader.Damaged(
            "its header claims " + Long.toUnsignedString(headerBytes) + " of " + size + " bytes");
      }
      long dataStart = LENGTH_BYTES + headerBytes;
      byte[] json = new byte[(int) headerBytes];
      mapped.view(LENGTH_BYTES, json.length).get(json);
      SafetensorsHeader header = SafetensorsHeader.parse(json, size - dataStart);
      return new Safetensors(file, mapped, header, dataStart);
    } catch (SafetensorsHeader.Damaged | IOException e) {
      closeQuietly(mapped, e);
      throw unreadable(file, e);
    }
  }

  private static void closeQuietly(MappedFile mapped, Exception reason) {
    try {
      if (mapped != null) {
        mapped.close();
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

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return header.entries().keySet();
  }

  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public TensorInfo info(String name) {
    return entry(name).info();
  }

  @Override
  public ByteBuffer bytes(String name, long from, int count) {
    SafetensorsHeader.Entry entry = entry(name);
    Objects.checkFromIndexSize(from, count, entry.info().bytes());
    try {
      return mapped.view(dataStart + entry.begin() + from, count);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = header.entries().get(name);
    if (entry == null) {
      throw MissingTensor.named(name, this);
    }
    return entry;
  }

  @Override
  public void close() {
    try {
      mapped.close();
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
