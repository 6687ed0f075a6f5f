package io.drivedistill.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The entries of a zip archive that are stored without compression, where they lie in the file
 * (APPNOTE 6.3 4.3 and 4.5.3, zip64 included). {@code java.util.zip} does not say where, and so
 * cannot map them.
 */
final class StoredZip {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT = 0xFFFF;
  private static final int CHECKED_AT_ONCE = 1 << 28;

  /**
   * An entry.
   *
   * @param begin where its data begins in the file
   * @param bytes length of its data
   * @param crc32 as written, 0 where the writer left it out
   */
  record Entry(long begin, long bytes, int crc32) {}

  private final MappedFile file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private StoredZip(MappedFile file) {
    this.file = file;
  }

  /**
   * Reads the directory at the end of the file and checks every entry against the file's size.
   *
   * @throws IOException saying what is damaged or not accepted
   */
  static StoredZip read(MappedFile file) throws IOException {
    StoredZip zip = new StoredZip(file);
    zip.readDirectory();
    return zip;
  }

  Map<String, Entry> entries() {
    return Collections.unmodifiableMap(entries);
  }

  private void readDirectory() throws IOException {
    long end = findEnd();
    ByteBuffer last = file.view(end, END_BYTES);
    long count = Short.toUnsignedLong(last.getShort(10));
    long bytes = Integer.toUnsignedLong(last.getInt(12));
    long begin = Integer.toUnsignedLong(last.getInt(16));
    if (count == 0xFFFFL || bytes == 0xFFFF_FFFFL || begin == 0xFFFF_FFFFL) {
      ByteBuffer locator = file.view(end - 20, 20);
      require(locator.getInt(0) == LOCATOR_64, "the zip64 directory is missing");
      ByteBuffer end64 = file.view(locator.getLong(8), 56);
      require(end64.getInt(0) == END_64, "the zip64 directory is missing");
      count = end64.getLong(32);
      bytes = end64.getLong(40);
      begin = end64.getLong(48);
    }
    require(bytes >= 0 && bytes <= Integer.MAX_VALUE, "its directory has an impossible size");
    ByteBuffer directory = file.view(begin, (int) bytes);
    for (long i = 0; i < count; i++) {
      readEntry(directory);
    }
  }

  private long findEnd() throws IOException {
    int tail = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT);
    ByteBuffer view = file.view(file.size() - tail, tail);
    for (int at = tail - END_BYTES; at >= 0; at--) {
      if (view.getInt(at) == END) {
        return file.size() - tail + at;
      }
    }
    throw new IOException("the directory at its end is missing");
  }

  private void readEntry(ByteBuffer directory) throws IOException {
    int at = directory.position();
    require(
        directory.remaining() >= 46 && directory.getInt(at) == CENTRAL, "its directory is cut off");
    int nameBytes = Short.toUnsignedInt(directory.getShort(at + 28));
    int extraBytes = Short.toUnsignedInt(directory.getShort(at + 30));
    int commentBytes = Short.toUnsignedInt(directory.getShort(at + 32));
    int all = 46 + nameBytes + extraBytes + commentBytes;
    require(directory.remaining() >= all, "its directory is cut off");
    byte[] raw = new byte[nameBytes];
    directory.get(at + 46, raw);
    String name = new String(raw, StandardCharsets.UTF_8);
    ByteBuffer extra =
        directory.slice(at + 46 + nameBytes, extraBytes).order(ByteOrder.LITTLE_ENDIAN);
    long[] sizes = {
      Integer.toUnsignedLong(directory.getInt(at + 24)),
      Integer.toUnsignedLong(directory.getInt(at + 20)),
      Integer.toUnsignedLong(directory.getInt(at + 42))
    };
    widen(sizes, extra, name);
    require(
        directory.getShort(at + 10) == 0 && sizes[0] == sizes[1],
        "the entry '" + name + "' is compressed");
    require((directory.getShort(at + 8) & 1) == 0, "the entry '" + name + "' is encrypted");
    Entry entry = new Entry(dataOf(name, sizes[2]), sizes[0], directory.getInt(at + 16));
    require(
        entry.bytes() >= 0 && entry.begin() <= file.size() - entry.bytes(),
        "the entry '" + name + "' ends after the file");
    require(entries.put(name, entry) == null, "the entry '" + name + "' appears twice");
    directory.position(at + all);
  }

  /** Takes the sizes that do not fit into 32 bits from the zip64 field, in its fixed order. */
  private static void widen(long[] sizes, ByteBuffer extra, String name) throws IOException {
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Short.toUnsignedInt(extra.getShort());
      require(length <= extra.remaining(), "the entry '" + name + "' has a damaged field");
      ByteBuffer field = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      extra.position(extra.position() + length);
      for (int i = 0; id == 1 && i < sizes.length; i++) {
        if (sizes[i] == 0xFFFF_FFFFL) {
          require(field.remaining() >= 8, "the entry '" + name + "' has a damaged zip64 field");
          sizes[i] = field.getLong();
        }
      }
    }
  }

  private long dataOf(String name, long local) throws IOException {
    ByteBuffer header = file.view(local, 30);
    require(header.getInt(0) == LOCAL, "the entry '" + name + "' is not where it should be");
    return local
        + 30
        + Short.toUnsignedInt(header.getShort(26))
        + Short.toUnsignedInt(header.getShort(28));
  }

  /**
   * @throws IOException if the entry's bytes are not those that were written
   */
  void verify(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry.crc32() == 0) {
      return;
    }
    CRC32 crc = new CRC32();
    for (long from = 0; from < entry.bytes(); from += CHECKED_AT_ONCE) {
      int count = (int) Math.min(CHECKED_AT_ONCE, entry.bytes() - from);
      crc.update(file.view(entry.begin() + from, count));
    }
    require((int) crc.getValue() == entry.crc32(), "the entry '" + name + "' is damaged");
  }

  private static void require(boolean condition, String problem) throws IOException {
    if (!condition) {
      throw new IOException(problem);
    }
  }
}
