package io.drivedistill.navsim.imported;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A column of text in a Feather file: 32-bit offsets into UTF-8 bytes. */
record FeatherText(ByteBuffer offsets, ByteBuffer characters, int rows) implements Columns.Values {
  FeatherText {
    if (rows < 0 || (rows > 0 && 4L * (rows + 1L) > offsets.capacity())) {
      throw new IllegalArgumentException("a column is shorter than its table");
    }
  }

  @Override
  public String text(int row) {
    int from = offsets.getInt(4 * row);
    int to = offsets.getInt(4 * row + 4);
    if (from < 0 || to < from || to > characters.capacity()) {
      throw new NumberFormatException("a text lies outside its column");
    }
    byte[] bytes = new byte[to - from];
    characters.get(from, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public double number(int row) {
    return Double.parseDouble(text(row));
  }

  @Override
  public long integer(int row) {
    return Long.parseLong(text(row));
  }
}
