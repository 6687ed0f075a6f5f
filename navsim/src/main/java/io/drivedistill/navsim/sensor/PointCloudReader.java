package io.drivedistill.navsim.sensor;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.sensor.PointCloud.Field;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads binary PCD files by what their header says (SPEC-pdms section 1): any field widths, any
 * order, extra fields ignored. Stateless.
 */
public final class PointCloudReader {
  private static final List<String> HEADER =
      List.of(
          "version",
          "fields",
          "size",
          "type",
          "count",
          "width",
          "height",
          "viewpoint",
          "points",
          "data");
  private static final int LONGEST_LINE = 4096;

  private PointCloudReader() {}

  /**
   * Reads a point cloud.
   *
   * @throws DriveDistillException if the file is absent, truncated, or not a binary PCD
   */
  public static PointCloud read(Path file) {
    try {
      return parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the point cloud " + file + ": " + e,
          "Maybe the lidar archive of this split has not been unpacked below sensor_blobs.",
          e);
    } catch (IllegalArgumentException e) {
      throw new DriveDistillException(
          "The point cloud " + file + " is damaged or not a binary PCD: " + e.getMessage(),
          "Maybe the download was cut off; unpack the lidar archive again.",
          e);
    }
  }

  private static PointCloud parse(byte[] bytes) {
    ByteBuffer input = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Map<String, List<String>> header = header(input);
    if (!header.get("data").equals(List.of("binary"))) {
      throw new IllegalArgumentException("expected DATA binary, found DATA " + header.get("data"));
    }
    header.get("viewpoint").forEach(Integer::parseInt);
    List<String> names = header.get("fields");
    int[] offsets = offsets(header);
    int stride = offsets[names.size()];
    int points = Integer.parseInt(header.get("points").get(0));
    if (points < 0 || (long) points * stride > input.remaining()) {
      throw new IllegalArgumentException(
          "expected "
              + points
              + " points of "
              + stride
              + " bytes, found "
              + input.remaining()
              + " bytes");
    }
    Map<Field, float[]> values = new EnumMap<>(Field.class);
    for (Field field : Field.values()) {
      int column = names.indexOf(field.name().toLowerCase(Locale.ROOT));
      if (column < 0) {
        throw new IllegalArgumentException("the field " + field + " is missing among " + names);
      }
      Number32 number = number(header.get("type").get(column), header.get("size").get(column));
      float[] target = new float[points];
      int start = input.position() + offsets[column];
      for (int i = 0; i < points; i++) {
        target[i] = number.read(input, start + i * stride);
      }
      values.put(field, target);
    }
    return new PointCloud(points, values);
  }

  private static Map<String, List<String>> header(ByteBuffer input) {
    Map<String, List<String>> header = new HashMap<>();
    for (String expected : HEADER) {
      String line = line(input);
      while (line.startsWith("#")) {
        line = line(input);
      }
      List<String> words = List.of(line.strip().split("\\s+"));
      if (!words.get(0).toLowerCase(Locale.ROOT).equals(expected) || words.size() < 2) {
        throw new IllegalArgumentException(
            "expected the header line " + expected.toUpperCase(Locale.ROOT) + ", found another");
      }
      List<String> values = words.subList(1, words.size());
      header.put(
          expected,
          expected.equals("data") || expected.equals("fields")
              ? values.stream().map(v -> v.toLowerCase(Locale.ROOT)).toList()
              : values);
    }
    return header;
  }

  private static String line(ByteBuffer input) {
    StringBuilder line = new StringBuilder();
    while (input.hasRemaining() && line.length() < LONGEST_LINE) {
      char next = (char) (input.get() & 0xff);
      if (next == '\n') {
        return line.toString();
      }
      line.append(next);
    }
    throw new IllegalArgumentException("the header has no end");
  }

  /** Byte offset of every field within a point, and the size of a point at the end. */
  private static int[] offsets(Map<String, List<String>> header) {
    int fields = header.get("fields").size();
    for (String list : List.of("size", "type", "count")) {
      if (header.get(list).size() != fields) {
        throw new IllegalArgumentException(
            "FIELDS has " + fields + " entries, " + list + " has " + header.get(list).size());
      }
    }
    if (!header.get("count").stream().allMatch("1"::equals)) {
      throw new IllegalArgumentException("every COUNT must be 1");
    }
    int[] offsets = new int[fields + 1];
    for (int i = 0; i < fields; i++) {
      int size = Integer.parseInt(header.get("size").get(i));
      if (size < 1 || size > 8) {
        throw new IllegalArgumentException("a field has a SIZE of " + size);
      }
      offsets[i + 1] = offsets[i] + size;
    }
    return offsets;
  }

  private static Number32 number(String type, String size) {
    return switch (type.toUpperCase(Locale.ROOT) + size) {
      case "F4" -> ByteBuffer::getFloat;
      case "F8" -> (b, at) -> (float) b.getDouble(at);
      case "U1" -> (b, at) -> b.get(at) & 0xff;
      case "U2" -> (b, at) -> b.getShort(at) & 0xffff;
      case "U4" -> (b, at) -> b.getInt(at) & 0xffffffffL;
      case "I1" -> (b, at) -> b.get(at);
      case "I2" -> (b, at) -> b.getShort(at);
      case "I4" -> (b, at) -> b.getInt(at);
      default -> throw new IllegalArgumentException("a field has the unknown type " + type + size);
    };
  }

  /** Reads one number of a field as float32. */
  @FunctionalInterface
  private interface Number32 {
    float read(ByteBuffer bytes, int at);
  }
}
