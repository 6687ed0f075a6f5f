package io.drivedistill.navsim.imported;

import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Type;

/** A column of numbers in a Feather file. */
interface FeatherNumbers extends Columns.Values {
  /**
   * The column of a field.
   *
   * @throws IllegalArgumentException if it is no number or its buffer is too short
   */
  static Columns.Values of(Field field, ByteBuffer bytes, int rows) {
    if (field.typeType() == Type.FloatingPoint) {
      int precision = ((FloatingPoint) field.type(new FloatingPoint())).precision();
      return switch (precision) {
        case Precision.HALF ->
            checked(bytes, rows, 2, (Reals) row -> half(bytes.getShort(2 * row)));
        case Precision.SINGLE -> checked(bytes, rows, 4, (Reals) row -> bytes.getFloat(4 * row));
        default -> checked(bytes, rows, 8, (Reals) row -> bytes.getDouble(8 * row));
      };
    }
    if (field.typeType() == Type.Int) {
      Int type = (Int) field.type(new Int());
      boolean signed = type.isSigned();
      return switch (type.bitWidth()) {
        case 8 ->
            checked(
                bytes, rows, 1, (Wholes) row -> signed ? bytes.get(row) : bytes.get(row) & 0xff);
        case 16 ->
            checked(
                bytes,
                rows,
                2,
                (Wholes)
                    row ->
                        signed
                            ? bytes.getShort(2 * row)
                            : Short.toUnsignedInt(bytes.getShort(2 * row)));
        case 32 ->
            checked(
                bytes,
                rows,
                4,
                (Wholes)
                    row ->
                        signed
                            ? bytes.getInt(4 * row)
                            : Integer.toUnsignedLong(bytes.getInt(4 * row)));
        default -> checked(bytes, rows, 8, (Wholes) row -> bytes.getLong(8 * row));
      };
    }
    throw new IllegalArgumentException(
        "column '" + field.name() + "' has the type " + Type.name(field.typeType()));
  }

  private static Columns.Values checked(
      ByteBuffer bytes, int rows, int width, Columns.Values values) {
    if (rows < 0 || (long) rows * width > bytes.capacity()) {
      throw new IllegalArgumentException("a column is shorter than its table");
    }
    return values;
  }

  /** IEEE 754 binary16. */
  private static double half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        exponent == 0
            ? Math.scalb((double) fraction, -24)
            : exponent == 0x1f
                ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                : Math.scalb((double) (fraction + 1024), exponent - 25);
    return bits < 0 ? -size : size;
  }

  /** Floating point values. */
  @FunctionalInterface
  interface Reals extends FeatherNumbers {
    @Override
    double number(int row);

    @Override
    default long integer(int row) {
      throw new NumberFormatException("not a whole number");
    }

    @Override
    default String text(int row) {
      return String.valueOf(number(row));
    }
  }

  /** Whole numbers. */
  @FunctionalInterface
  interface Wholes extends FeatherNumbers {
    @Override
    long integer(int row);

    @Override
    default double number(int row) {
      return integer(row);
    }

    @Override
    default String text(int row) {
      return String.valueOf(integer(row));
    }
  }
}
