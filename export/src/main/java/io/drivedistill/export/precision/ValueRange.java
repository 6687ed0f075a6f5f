package io.drivedistill.export.precision;

/**
 * The values of one activation over all scenes.
 *
 * @param low smallest
 * @param high largest
 */
record ValueRange(float low, float high) {
  /** Contains nothing. */
  static ValueRange empty() {
    return new ValueRange(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
  }

  ValueRange with(float value) {
    return value < low || value > high
        ? new ValueRange(Math.min(low, value), Math.max(high, value))
        : this;
  }
}
