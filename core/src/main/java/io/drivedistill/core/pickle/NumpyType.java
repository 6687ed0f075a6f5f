package io.drivedistill.core.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A numpy dtype of a plain kind: float, integer, boolean, text or object. */
final class NumpyType implements PickleGlobals.Stateful {
  private final char kind;
  private final int itemSize;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

  private NumpyType(char kind, int itemSize) {
    this.kind = kind;
    this.itemSize = itemSize;
  }

  static NumpyType of(String code) throws PickleException {
    String plain =
        code.isEmpty() ? "" : "<>|=".indexOf(code.charAt(0)) >= 0 ? code.substring(1) : code;
    if (plain.equals("O") || plain.equals("O8")) {
      return new NumpyType('O', 0);
    }
    if (plain.matches("(f[48]|[iu][1248]|b1|U\\d{1,6}|S\\d{1,6})")) {
      char kind = plain.charAt(0);
      int size = Integer.parseInt(plain.substring(1));
      NumpyType type = new NumpyType(kind, kind == 'U' ? 4 * size : size);
      if (code.startsWith(">")) {
        type.order = ByteOrder.BIG_ENDIAN;
      }
      return type;
    }
    throw new PickleException("unsupported dtype '" + PickleReader.printable(code) + "'");
  }

  @Override
  public void setState(Object state) throws PickleException {
    if (!(state instanceof Object[] values)
        || values.length < 2
        || !(values[1] instanceof String endian)) {
      throw new PickleException("unexpected state of a dtype");
    }
    order = endian.equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  char kind() {
    return kind;
  }

  int itemSize() {
    return itemSize;
  }

  ByteOrder order() {
    return order;
  }

  Object value(ByteBuffer bytes, int at) {
    return switch (kind) {
      case 'f' ->
          itemSize == 8 ? (Object) bytes.getDouble(at) : (Object) (double) bytes.getFloat(at);
      case 'b' -> bytes.get(at) != 0;
      case 'U' -> text(bytes, at);
      case 'S' -> ascii(bytes, at);
      default -> integer(bytes, at);
    };
  }

  private Long integer(ByteBuffer bytes, int at) {
    boolean signed = kind == 'i';
    return switch (itemSize) {
      case 1 -> signed ? (long) bytes.get(at) : (long) (bytes.get(at) & 0xff);
      case 2 -> signed ? (long) bytes.getShort(at) : (long) (bytes.getShort(at) & 0xffff);
      case 4 -> signed ? (long) bytes.getInt(at) : bytes.getInt(at) & 0xffffffffL;
      default -> bytes.getLong(at);
    };
  }

  private String text(ByteBuffer bytes, int at) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < itemSize; i += 4) {
      int point = bytes.getInt(at + i);
      if (point == 0) {
        break;
      }
      text.appendCodePoint(Character.isValidCodePoint(point) ? point : 0xfffd);
    }
    return text.toString();
  }

  private String ascii(ByteBuffer bytes, int at) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < itemSize && bytes.get(at + i) != 0; i++) {
      text.append((char) (bytes.get(at + i) & 0xff));
    }
    return text.toString();
  }
}
