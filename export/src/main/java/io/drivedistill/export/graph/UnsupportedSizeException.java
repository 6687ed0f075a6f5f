package io.drivedistill.export.graph;

/** A size or axis that a lowering cannot take. The exporter adds the operation and its line. */
public final class UnsupportedSizeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedSizeException(String found) {
    super(found);
  }
}
