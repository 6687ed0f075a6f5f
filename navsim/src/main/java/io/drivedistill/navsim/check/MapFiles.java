package io.drivedistill.navsim.check;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.DatasetLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Finds missing and cut maps by the header of the SQLite file. Stateless. */
final class MapFiles {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final int HEADER = 100;

  private MapFiles() {}

  /** What is wrong with the map of a location, or nothing. */
  static Optional<String> problem(DatasetLayout layout, String location) {
    Path file;
    try {
      file = layout.mapFile(location);
    } catch (DriveDistillException e) {
      return Optional.of(e.getMessage().lines().findFirst().orElse("is missing"));
    }
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    try (FileChannel channel = FileChannel.open(file)) {
      while (header.hasRemaining() && channel.read(header) > 0) {
        // A read may give less than asked for.
      }
      for (int i = 0; i < MAGIC.length; i++) {
        if (header.position() < HEADER || header.get(i) != MAGIC[i]) {
          return Optional.of(file + " is no GeoPackage (SQLite) file.");
        }
      }
      int page = header.getShort(16) & 0xFFFF;
      long pages = header.getInt(28) & 0xFFFFFFFFL;
      long bytes = pages * (page == 1 ? 1 << 16 : page);
      return channel.size() >= bytes
          ? Optional.empty()
          : Optional.of(file + " is cut off: " + channel.size() + " of " + bytes + " bytes.");
    } catch (IOException e) {
      return Optional.of(file + " cannot be read: " + e);
    }
  }
}
