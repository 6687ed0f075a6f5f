package io.drivedistill.export.lowering;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Array operations that have no meaning in an exported network, and why. */
final class Refusals {
  private static final String COMPLEX =
      "gives complex numbers, which ONNX has no element type for; its DFT operator works on pairs"
          + " of reals";
  private static final String TRAINING = "belongs to training and changes parameters";
  private static final String NO_OPERATOR = "has no ONNX operator";

  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("fft", COMPLEX),
          Map.entry("ifft", COMPLEX),
          Map.entry("rfft", COMPLEX),
          Map.entry("irfft", COMPLEX),
          Map.entry("fft2", COMPLEX),
          Map.entry("ifft2", COMPLEX),
          Map.entry("stft", COMPLEX),
          Map.entry("complex", COMPLEX),
          Map.entry("real", COMPLEX),
          Map.entry("conj", COMPLEX),
          Map.entry("sgdUpdate", TRAINING),
          Map.entry("adamUpdate", TRAINING),
          Map.entry("getGradient", "reads a gradient, which exists only in training"),
          Map.entry("inverse", NO_OPERATOR),
          Map.entry("gammaln", NO_OPERATOR),
          Map.entry("erfinv", NO_OPERATOR),
          Map.entry("intern", "replaces the memory of an array behind the trace"),
          Map.entry("multiBoxDetection", NO_OPERATOR));

  private Refusals() {}

  /** Why an operation is refused; empty where it is only unknown. */
  static Optional<String> reasonAgainst(String operation) {
    return Optional.ofNullable(REASONS.get(operation));
  }

  static Set<String> operations() {
    return REASONS.keySet();
  }
}
