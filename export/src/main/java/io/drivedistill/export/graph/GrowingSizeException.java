package io.drivedistill.export.graph;

/** A size that grows with the batch where a fixed one is needed. The exporter adds the line. */
public final class GrowingSizeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GrowingSizeException(Dim size) {
    super("a size that grows with the batch, " + size);
  }
}
