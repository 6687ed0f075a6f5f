package io.drivedistill.nn.parity;

/**
 * How far a value may lie from its reference: {@code absolute + relative · max|reference|}, the
 * maximum being taken over the tensor.
 */
public record Tolerance(double absolute, double relative) {
  /** About ten times the float32 noise of the references. */
  public static final Tolerance DEFAULT = new Tolerance(1e-5, 1e-4);

  /** For integers. */
  public static final Tolerance EXACT = new Tolerance(0, 0);

  /** The largest difference allowed. */
  public double limit(double largestReference) {
    return absolute + relative * largestReference;
  }
}
