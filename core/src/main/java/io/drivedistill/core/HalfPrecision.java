package io.drivedistill.core;

/** The two 16-bit floating point formats, converted exactly or rounded to nearest even. */
public final class HalfPrecision {
  private HalfPrecision() {}

  /** Value of an IEEE binary16. */
  public static float fromF16(short half) {
    int bits = half & 0xFFFF;
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1F;
    int fraction = bits & 0x3FF;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | sign);
    }
    if (exponent == 31) {
      return Float.intBitsToFloat(sign | 0x7F800000 | (fraction << 13));
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
  }

  /** Nearest IEEE binary16, ties to even; too large values become infinite. */
  public static short toF16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000) {
      return (short) (sign | 0x7E00 | ((magnitude >>> 13) & 0x3FF));
    }
    if (magnitude >= 0x47800000) {
      return (short) (sign | 0x7C00);
    }
    if (magnitude < 0x38800000) {
      // Subnormal: adding 0.5 lets the processor round at the right bit.
      float rounded = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(rounded) - 0x3F000000));
    }
    int rounded = magnitude - 0x38000000 + 0xFFF + ((magnitude >>> 13) & 1);
    return (short) (sign | (rounded >>> 13));
  }

  /** Value of a bfloat16. */
  public static float fromBf16(short brain) {
    return Float.intBitsToFloat(brain << 16);
  }

  /** Nearest bfloat16, ties to even. */
  public static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7FFFFFFF) > 0x7F800000) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
