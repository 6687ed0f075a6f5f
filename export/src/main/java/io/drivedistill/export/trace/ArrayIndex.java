package io.drivedistill.export.trace;

import java.util.List;

/**
 * An {@code NDIndex} with its arrays replaced by recorded values.
 *
 * @param elements one element per given index, in order
 * @param ellipsis position of the ellipsis among the elements, or -1
 */
public record ArrayIndex(List<Element> elements, int ellipsis) {

  /** One entry between commas. */
  public sealed interface Element {}

  /** {@code :} */
  public record All() implements Element {}

  /** A single position, negative counts from the end. */
  public record At(long position) implements Element {}

  /** {@code from:to:step}; null stands for the natural end. */
  public record Range(Long from, Long to, Long step) implements Element {}

  /** {@code null}: a new axis of size one. */
  public record NewAxis() implements Element {}

  /** Positions given by an integer array. The value is replaced on lowering by a tensor. */
  public record Take(Object positions) implements Element {}

  /** One position per row of the other axes, as DJL's pick index. */
  public record Pick(Object positions) implements Element {}

  /** A boolean selection: its result has no shape known beforehand. */
  public record Mask(Object mask) implements Element {}
}
