package io.drivedistill.navsim.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds cut pictures and point clouds by their first and last bytes, without decoding them.
 * Stateless.
 */
final class SensorFiles {
  private static final int JPEG_START = 0xFFD8;
  private static final int JPEG_END = 0xFFD9;

  /** Some encoders pad a picture after its end mark. */
  private static final int TAIL = 64;

  private static final int LONGEST_HEADER = 1024;

  private SensorFiles() {}

  /** What is wrong with a file that is there, or nothing. */
  static Optional<String> problem(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() == 0) {
        return Optional.of("is empty");
      }
      return file.toString().endsWith(".pcd") ? pointCloud(channel) : picture(channel);
    } catch (IOException e) {
      return Optional.of("cannot be read: " + e);
    }
  }

  private static Optional<String> picture(FileChannel channel) throws IOException {
    ByteBuffer start = read(channel, 0, 2);
    if (start.remaining() < 2 || (start.getShort(0) & 0xFFFF) != JPEG_START) {
      return Optional.of("is no JPEG");
    }
    ByteBuffer tail = read(channel, Math.max(0, channel.size() - TAIL), TAIL);
    for (int i = tail.remaining() - 2; i >= 0; i--) {
      if ((tail.getShort(i) & 0xFFFF) == JPEG_END) {
        return Optional.empty();
      }
    }
    return Optional.of("is cut off: it has no end mark");
  }

  private static Optional<String> pointCloud(FileChannel channel) throws IOException {
    ByteBuffer start = read(channel, 0, LONGEST_HEADER);
    String text = StandardCharsets.ISO_8859_1.decode(start).toString();
    int data = text.indexOf("DATA binary\n");
    if (data < 0) {
      return Optional.of("is no binary PCD");
    }
    Map<String, String> header = new HashMap<>();
    for (String line : text.substring(0, data).split("\n")) {
      int space = line.indexOf(' ');
      header.put(line.substring(0, Math.max(0, space)), line.substring(space + 1).strip());
    }
    try {
      long row =
          Arrays.stream(header.getOrDefault("SIZE", "").split(" "))
              .mapToLong(Long::parseLong)
              .sum();
      long points = Long.parseLong(header.getOrDefault("POINTS", ""));
      long wanted = data + "DATA binary\n".length() + points * row;
      return channel.size() >= wanted
          ? Optional.empty()
          : Optional.of("is cut off: " + channel.size() + " of " + wanted + " bytes");
    } catch (NumberFormatException e) {
      return Optional.of("has no SIZE or POINTS in its header");
    }
  }

  private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) > 0) {
      // A read may give less than asked for.
    }
    return bytes.flip();
  }
}
