package io.drivedistill.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What an ELF file of 64 bits says of itself (System V ABI, chapters 4 and 5). */
final class SharedLibrary {
  private static final int SEGMENT_LOADED = 1;
  private static final int SEGMENT_DYNAMIC = 2;
  private static final long TAG_NEEDED = 1;
  private static final long TAG_STRINGS = 5;
  private static final int LONGEST_NAME = 4096;

  private SharedLibrary() {}

  /** Part of the file that the loader maps. */
  private record Segment(int type, long offset, long address, long bytes) {}

  /**
   * Names of the libraries that it asks the loader for, in its order; the library itself is not
   * loaded.
   *
   * @throws IOException if it cannot be read or is no such file
   */
  static List<String> needed(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer header = read(channel, 0, 64);
      // the magic number, 64 bits, little endian
      if (header.getInt(0) != 0x464c457f || header.get(4) != 2 || header.get(5) != 1) {
        throw new IOException(file + " is no shared library of Linux with 64 bits");
      }
      List<Segment> segments = segments(channel, header);
      List<Long> names = new ArrayList<>();
      long strings = 0;
      for (Segment segment : segments) {
        if (segment.type() == SEGMENT_DYNAMIC) {
          ByteBuffer entries = read(channel, segment.offset(), (int) segment.bytes());
          while (entries.remaining() >= 16) {
            long tag = entries.getLong();
            long value = entries.getLong();
            if (tag == TAG_NEEDED) {
              names.add(value);
            } else if (tag == TAG_STRINGS) {
              strings = offset(value, segments);
            }
          }
        }
      }
      List<String> needed = new ArrayList<>();
      for (long name : names) {
        needed.add(text(channel, strings + name));
      }
      return needed;
    }
  }

  private static List<Segment> segments(FileChannel channel, ByteBuffer header) throws IOException {
    int bytes = Short.toUnsignedInt(header.getShort(54));
    int count = Short.toUnsignedInt(header.getShort(56));
    ByteBuffer table = read(channel, header.getLong(32), bytes * count);
    List<Segment> segments = new ArrayList<>();
    for (int at = 0; at < bytes * count; at += bytes) {
      segments.add(
          new Segment(
              table.getInt(at),
              table.getLong(at + 8),
              table.getLong(at + 16),
              table.getLong(at + 32)));
    }
    return segments;
  }

  private static long offset(long address, List<Segment> segments) throws IOException {
    for (Segment segment : segments) {
      long within = address - segment.address();
      if (segment.type() == SEGMENT_LOADED && within >= 0 && within < segment.bytes()) {
        return segment.offset() + within;
      }
    }
    throw new IOException("The address " + address + " lies in no segment");
  }

  private static String text(FileChannel channel, long offset) throws IOException {
    int most = (int) Math.min(LONGEST_NAME, channel.size() - offset);
    ByteBuffer bytes = read(channel, offset, Math.max(0, most));
    int length = 0;
    while (length < most && bytes.get(length) != 0) {
      length++;
    }
    if (length == most) {
      throw new IOException("The file ends within a name");
    }
    return StandardCharsets.UTF_8.decode(bytes.limit(length)).toString();
  }

  private static ByteBuffer read(FileChannel channel, long offset, int bytes) throws IOException {
    if (offset < 0 || bytes < 0 || offset + bytes > channel.size()) {
      throw new IOException("The file ends before byte " + (offset + bytes));
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
      // a read may bring less than was asked for
    }
    return buffer.flip();
  }
}
