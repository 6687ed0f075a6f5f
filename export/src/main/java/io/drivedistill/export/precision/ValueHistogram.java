package io.drivedistill.export.precision;

import java.nio.FloatBuffer;

/** How often values occur between two known ends. Not thread safe. */
final class ValueHistogram {
  private static final int BINS = 4096;

  private final ValueRange ends;
  private final long[] counts = new long[BINS];
  private long total;

  ValueHistogram(ValueRange ends) {
    this.ends = ends;
  }

  void add(FloatBuffer values) {
    double perBin = (ends.high() - (double) ends.low()) / BINS;
    while (values.hasRemaining()) {
      float above = values.get() - ends.low();
      int bin = perBin == 0 ? 0 : (int) (above / perBin);
      counts[Math.max(0, Math.min(BINS - 1, bin))]++;
      total++;
    }
  }

  /** The ends without the rarest values: that share of them, in percent, remains. */
  ValueRange within(double percentile) {
    double outside = (1 - percentile / 100) * total / 2;
    double perBin = (ends.high() - (double) ends.low()) / BINS;
    int first = 0;
    for (double seen = counts[0]; seen <= outside && first < BINS - 1; seen += counts[first]) {
      first++;
    }
    int last = BINS - 1;
    for (double seen = counts[last]; seen <= outside && last > first; seen += counts[last]) {
      last--;
    }
    return new ValueRange(
        (float) (ends.low() + first * perBin),
        last == BINS - 1 ? ends.high() : (float) (ends.low() + (last + 1) * perBin));
  }
}
