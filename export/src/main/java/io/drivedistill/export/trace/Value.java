package io.drivedistill.export.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;

/**
 * One array of a traced forward pass.
 *
 * @param id its number within the recording; equal code gives equal numbers
 * @param type element type
 * @param shape shape in this trace
 * @param source where it comes from
 */
public record Value(int id, DataType type, Shape shape, Source source) {

  /** Where a value comes from. */
  public sealed interface Source {}

  /** An input of the network. */
  public record Input(String name) implements Source {}

  /** A parameter of the block, by its dotted path. The array belongs to the block. */
  public record Weight(String name, NDArray array) implements Source {}

  /** Data that depends on neither inputs nor parameters, as it was when it was used. */
  public record Constant(ByteBuffer data) implements Source {}

  /** The result of a recorded call. */
  public record Computed() implements Source {}
}
