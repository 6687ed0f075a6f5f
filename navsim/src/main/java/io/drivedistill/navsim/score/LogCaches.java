package io.drivedistill.navsim.score;

import io.drivedistill.core.AtomicFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * The metric caches of one log in one file: an index with checksums, then one deflated block a
 * scene, in time order. A scene is read by itself; what fails its checksum counts as absent.
 * Immutable, thread-safe.
 */
final class LogCaches {
  private static final int MAGIC = 0x44_44_4D_43; // DDMC
  private static final int LARGEST_INDEX = 1 << 26;
  private static final int PREFIX = 3 * Integer.BYTES;

  private final Path file;
  private final long logBytes;
  private final long blocksAt;
  private final Map<String, Entry> entries;

  private LogCaches(Path file, long logBytes, long blocksAt, List<Entry> entries) {
    this.file = file;
    this.logBytes = logBytes;
    this.blocksAt = blocksAt;
    this.entries = entries.stream().collect(Collectors.toMap(Entry::token, Function.identity()));
  }

  /** Where the block of a scene lies. */
  private record Entry(String token, long timestampUs, long offset, int length, int checksum) {}

  /**
   * Opens a file, or gives nothing if it is absent, damaged or of another version.
   *
   * @param rules the rules that the caches must have been built by
   */
  static Optional<LogCaches> open(Path file, Rules rules) {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer prefix = read(channel, 0, PREFIX);
      int length = prefix.getInt(4);
      if (prefix.getInt(0) != MAGIC || length < 0 || length > LARGEST_INDEX) {
        return Optional.empty();
      }
      byte[] index = read(channel, PREFIX, length).array();
      if (checksum(index) != prefix.getInt(8)) {
        return Optional.empty();
      }
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(index));
      if (!in.readUTF().equals(rules.cacheVersion())) {
        return Optional.empty();
      }
      long logBytes = in.readLong();
      List<Entry> entries = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        entries.add(
            new Entry(in.readUTF(), in.readLong(), in.readLong(), in.readInt(), in.readInt()));
      }
      return Optional.of(new LogCaches(file, logBytes, PREFIX + (long) length, entries));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
    if (at + length > channel.size()) {
      throw new EOFException("the file ends early");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new EOFException("the file became shorter");
      }
    }
    return bytes;
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Size of the log that the caches were built from. */
  long logBytes() {
    return logBytes;
  }

  /** Tokens of the scenes in time order. */
  List<String> tokens() {
    return entries.values().stream()
        .sorted(Comparator.comparingLong(Entry::timestampUs))
        .map(Entry::token)
        .toList();
  }

  /** The cache of a scene, or nothing if there is none or it is damaged. */
  Optional<SceneCache> read(String token, Rules rules) {
    Optional<byte[]> block = block(token);
    if (block.isEmpty()) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(block.get())))) {
      return Optional.of(
          rules == Rules.PDMS_V1_1 ? MetricCache.read(in, rules) : EpdmsCache.read(in));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<byte[]> block(String token) {
    Entry entry = entries.get(token);
    if (entry == null || entry.length() < 0) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file)) {
      byte[] block = read(channel, blocksAt + entry.offset(), entry.length()).array();
      return checksum(block) == entry.checksum() ? Optional.of(block) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Collects the caches of a log, new ones and those of an older file, and writes them. */
  static final class Builder {
    private final Map<String, byte[]> blocks = new TreeMap<>();
    private final Map<String, Long> timestamps = new TreeMap<>();

    /** Adds a scene. */
    void add(SceneCache cache) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      Deflater deflater = new Deflater(Deflater.BEST_SPEED);
      try (DataOutputStream out =
          new DataOutputStream(new DeflaterOutputStream(bytes, deflater, 1 << 13))) {
        if (cache instanceof EpdmsCache epdms) {
          epdms.write(out);
        } else if (cache instanceof MetricCache metric) {
          metric.write(out);
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } finally {
        deflater.end();
      }
      blocks.put(cache.token(), bytes.toByteArray());
      timestamps.put(cache.token(), cache.timestampUs());
    }

    /** Adds the undamaged scenes of an older file that are not here yet. */
    void addRest(LogCaches older) {
      for (Entry entry : older.entries.values()) {
        if (!blocks.containsKey(entry.token())) {
          older
              .block(entry.token())
              .ifPresent(
                  block -> {
                    blocks.put(entry.token(), block);
                    timestamps.put(entry.token(), entry.timestampUs());
                  });
        }
      }
    }

    void write(Path file, Rules rules, long logBytes) {
      List<String> order = new ArrayList<>(blocks.keySet());
      order.sort(Comparator.comparing(timestamps::get));
      AtomicFiles.writeFile(
          file,
          out -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream index = new DataOutputStream(bytes);
            index.writeUTF(rules.cacheVersion());
            index.writeLong(logBytes);
            index.writeInt(order.size());
            long offset = 0;
            for (String token : order) {
              byte[] block = blocks.get(token);
              index.writeUTF(token);
              index.writeLong(timestamps.get(token));
              index.writeLong(offset);
              index.writeInt(block.length);
              index.writeInt(checksum(block));
              offset += block.length;
            }
            DataOutputStream all = new DataOutputStream(out);
            all.writeInt(MAGIC);
            all.writeInt(bytes.size());
            all.writeInt(checksum(bytes.toByteArray()));
            all.write(bytes.toByteArray());
            for (String token : order) {
              all.write(blocks.get(token));
            }
            all.flush();
          });
    }
  }
}
