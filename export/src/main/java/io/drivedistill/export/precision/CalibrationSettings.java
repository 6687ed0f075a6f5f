package io.drivedistill.export.precision;

import io.drivedistill.core.DriveDistillException;
import java.util.Locale;

/**
 * How ranges of activations are found for 8 bit integers.
 *
 * @param scenes real scenes that the network runs on
 * @param range which part of the observed values is told apart
 * @param percentile of the values that lie within the range, used by {@link Range#PERCENTILE}
 * @param zeroPoint whether zero may be any of the 256 steps
 */
public record CalibrationSettings(int scenes, Range range, double percentile, ZeroPoint zeroPoint) {
  /** Which values are told apart. */
  public enum Range {
    /** All that were seen. */
    MIN_MAX,
    /** All but the rarest at both ends, which are clipped; the others get finer steps. */
    PERCENTILE
  }

  /** Where zero lies. */
  public enum ZeroPoint {
    /** At any step, unsigned bytes: finer steps behind a ReLU, fast on CPUs. */
    FREE,
    /** In the middle, signed bytes, biases in float32: what TensorRT takes. */
    CENTRED
  }

  /** Checks the numbers. */
  public CalibrationSettings {
    if (scenes < 1 || !(percentile > 50 && percentile <= 100)) {
      throw new DriveDistillException(
          "Calibration has " + scenes + " scenes and percentile " + percentile,
          "Maybe use some 64 scenes and a percentile like 99.99; it must be above 50.");
    }
  }

  /** 64 scenes, percentile 99.99, unsigned bytes. */
  public static CalibrationSettings standard() {
    return new CalibrationSettings(64, Range.PERCENTILE, 99.99, ZeroPoint.FREE);
  }

  /**
   * What is done, for people.
   *
   * @param available scenes that there are
   */
  public String inWords(int available) {
    String held =
        range == Range.MIN_MAX ? "all values" : percentile + " % of the values of each activation";
    return "INT8 holds "
        + held
        + ", zero point "
        + zeroPoint.name().toLowerCase(Locale.ROOT)
        + ", seen on "
        + Math.min(scenes, available);
  }

  /** The same on all values that are seen. */
  public CalibrationSettings minMax() {
    return new CalibrationSettings(scenes, Range.MIN_MAX, percentile, zeroPoint);
  }
}
