package io.drivedistill.distill.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A linear axis with round tick values that cover a range of data.
 *
 * @param low value at the start
 * @param high value at the end
 * @param step distance of ticks
 * @param from pixel of the start
 * @param to pixel of the end
 */
record Axis(double low, double high, double step, double from, double to) {
  /** An axis whose ends are ticks. */
  static Axis covering(double min, double max, int ticks, double from, double to) {
    double span = max > min ? max - min : Math.max(Math.abs(max), 1) * 0.1;
    double rough = span / ticks;
    double power = StrictMath.pow(10, Math.floor(StrictMath.log10(rough)));
    double factor = rough / power;
    double step = power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    double low = Math.floor(min / step + 1e-9) * step;
    double high = Math.ceil(Math.max(max, low + step) / step - 1e-9) * step;
    return new Axis(low, high, step, from, to);
  }

  double pixel(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    long count = Math.round((high - low) / step);
    for (int tick = 0; tick <= count; tick++) {
      ticks.add(low + tick * step);
    }
    return ticks;
  }

  /** A tick's value with as many decimals as the steps need. */
  String label(double value) {
    if (Math.abs(value) >= 10_000 && step >= 1000) {
      return String.format(Locale.ROOT, "%.0fk", value / 1000);
    }
    int decimals = (int) Math.max(0, -Math.floor(StrictMath.log10(step) + 1e-9));
    if (decimals > 4) {
      return String.format(Locale.ROOT, "%.0e", value);
    }
    return String.format(Locale.ROOT, "%." + decimals + "f", value == 0 ? 0 : value);
  }
}
