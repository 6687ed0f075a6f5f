package io.drivedistill.export.graph;

import java.util.Arrays;
import java.util.List;

/**
 * One size of a tensor: {@code factor · batch + offset}; fixed where the factor is zero.
 *
 * @param factor how often the batch size counts
 * @param offset what does not depend on the batch size
 */
public record Dim(long factor, long offset) {

  /** A size that does not depend on the batch. */
  public static Dim of(long size) {
    return new Dim(0, size);
  }

  /** Sizes that do not depend on the batch. */
  public static List<Dim> each(long... sizes) {
    return Arrays.stream(sizes).mapToObj(Dim::of).toList();
  }

  /** The batch size itself. */
  public static Dim batch() {
    return new Dim(1, 0);
  }

  /** The size that is {@code first} at {@code firstBatch} and {@code second} at the next batch. */
  public static Dim through(long first, long second, long firstBatch) {
    long factor = second - first;
    return new Dim(factor, first - factor * firstBatch);
  }

  /** Whether the size is the same for every batch. */
  public boolean isFixed() {
    return factor == 0;
  }

  /** Whether the size is exactly {@code size} for every batch. */
  public boolean is(long size) {
    return isFixed() && offset == size;
  }

  /**
   * The fixed size.
   *
   * @throws UnsupportedSizeException if it depends on the batch
   */
  public long fixed() {
    if (!isFixed()) {
      throw new UnsupportedSizeException("a size that grows with the batch, " + this);
    }
    return offset;
  }

  /** The size for one batch size. */
  public long at(long batch) {
    return factor * batch + offset;
  }

  /** The sum of two sizes. */
  public Dim plus(Dim other) {
    return new Dim(factor + other.factor, offset + other.offset);
  }

  /** This size several times. */
  public Dim times(long times) {
    return new Dim(factor * times, offset * times);
  }

  /** How ONNX readers see it: {@code batch}, {@code 2*batch+1} or a number. */
  public String label() {
    if (isFixed()) {
      return Long.toString(offset);
    }
    String product = factor == 1 ? "batch" : factor + "*batch";
    return offset == 0 ? product : product + (offset > 0 ? "+" : "") + offset;
  }

  @Override
  public String toString() {
    return label();
  }
}
