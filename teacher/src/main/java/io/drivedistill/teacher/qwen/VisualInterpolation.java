package io.drivedistill.teacher.qwen;

/**
 * Partial YaRN for pictures and clips (after Chaichana et al. 2025, arXiv 2510.15231, who do it for
 * sound): where a visual span reaches over more positions of an axis than the model was trained on,
 * the low rotary frequencies see its positions squeezed evenly into the trained range,
 *
 * <pre>p' = b + (p − b)·(L − 1)/(E − 1)   for frequencies j ≥ first, where E &gt; L</pre>
 *
 * with b the span's first position, E its extent and L the trained one. High frequencies, text
 * tokens, and spans within the trained range stay as they are; the published code also moves the
 * text behind the span up, which this does not. Queries and keys of squeezed tokens are divided by
 * √t.
 *
 * @param trainedPositions L, positions of an axis that a span had in training
 * @param firstFrequency first rotary frequency that is squeezed; 0 squeezes all (plain position
 *     interpolation)
 * @param temperature t of the attention scores among squeezed tokens; 1 leaves them
 */
public record VisualInterpolation(int trainedPositions, int firstFrequency, double temperature) {
  /** Checks the numbers. */
  public VisualInterpolation {
    if (trainedPositions < 1 || firstFrequency < 0 || !(temperature > 0)) {
      throw new IllegalArgumentException(
          "Visual interpolation needs trainedPositions above 0, firstFrequency from 0 on and a"
              + " positive temperature, found "
              + trainedPositions
              + ", "
              + firstFrequency
              + " and "
              + temperature);
    }
  }

  /** Share of its extent that a span keeps. */
  double share(long extent) {
    return extent > trainedPositions ? (trainedPositions - 1.0) / (extent - 1.0) : 1;
  }
}
