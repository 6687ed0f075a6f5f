package io.drivedistill.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file in memory as far as it is touched. Views are read-only, little endian, and valid also
 * after {@link #close}. Instances can be shared between threads.
 */
final class MappedFile implements AutoCloseable {
  private final FileChannel channel;
  private final long size;

  /** The whole file where it fits into one buffer, else null. */
  private final ByteBuffer whole;

  private MappedFile(FileChannel channel, long size, ByteBuffer whole) {
    this.channel = channel;
    this.size = size;
    this.whole = whole;
  }

  static MappedFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      long size = channel.size();
      ByteBuffer whole =
          size <= Integer.MAX_VALUE ? channel.map(FileChannel.MapMode.READ_ONLY, 0, size) : null;
      return new MappedFile(channel, size, whole);
    } catch (IOException | RuntimeException e) {
      try {
        channel.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  long size() {
    return size;
  }

  /**
   * @throws IOException if the file has no such bytes
   */
  ByteBuffer view(long from, int count) throws IOException {
    if (from < 0 || count < 0 || from > size - count) {
      throw new IOException(
          "bytes " + from + " to " + (from + count) + " lie outside its " + size + " bytes");
    }
    ByteBuffer view =
        whole != null
            ? whole.slice((int) from, count)
            : channel.map(FileChannel.MapMode.READ_ONLY, from, count);
    return view.order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
