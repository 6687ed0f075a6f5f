package io.drivedistill.export;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.graph.TensorType;
import io.drivedistill.export.lowering.Nodes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Constant data whose shape may grow with the batch: made from one slice that is repeated along the
 * batch, or from whole numbers in even steps.
 */
final class BatchedConstant {
  private final OnnxGraph graph;
  private final TensorType type;
  private final long firstBatch;
  private final String user;

  /**
   * A constant.
   *
   * @param user who reads it, for errors
   */
  BatchedConstant(OnnxGraph graph, TensorType type, long firstBatch, String user) {
    this.graph = graph;
    this.type = type;
    this.firstBatch = firstBatch;
    this.user = user;
  }

  /**
   * The constant for every batch size.
   *
   * @param first the data at the first batch size
   * @param second the data with one more example
   */
  Tensor tensor(ByteBuffer first, ByteBuffer second) {
    if (type.dims().stream().allMatch(Dim::isFixed)) {
      if (!first.equals(second)) {
        throw growing();
      }
      return graph.constant(type, first);
    }
    List<Dim> thin = new ArrayList<>();
    type.dims().forEach(dim -> thin.add(dim.isFixed() ? dim : Dim.of(1)));
    if (!second.hasRemaining()) {
      throw growing();
    }
    ByteBuffer slice = leading(second, sizes(firstBatch + 1), thin);
    if (repeats(slice, first, sizes(firstBatch), thin)
        && repeats(slice, second, sizes(firstBatch + 1), thin)) {
      return Nodes.expand(graph, graph.constant(type.with(thin), slice), type.dims());
    }
    return countUp(first, second);
  }

  /** Numbers in even steps along the batch, as {@code arange(batch)} gives. */
  private Tensor countUp(ByteBuffer first, ByteBuffer second) {
    boolean alongBatch =
        type.dims().stream().allMatch(dim -> dim.is(1) || dim.equals(Dim.batch()))
            && type.dims().stream().filter(dim -> !dim.isFixed()).count() == 1;
    if (!alongBatch) {
      throw growing();
    }
    double[] shorter = numbers(first);
    double[] longer = numbers(second);
    double step = longer[1] - longer[0];
    for (int i = 0; i < longer.length; i++) {
      boolean same = i >= shorter.length || shorter[i] == longer[i];
      if (!same || longer[i] != longer[0] + i * step || longer[i] != Math.rint(longer[i])) {
        throw growing();
      }
    }
    Tensor count = Nodes.squeeze(graph, graph.batchSize(), 0);
    Tensor from = graph.scalar(DataType.INT64, longer[0]);
    Tensor by = graph.scalar(DataType.INT64, step);
    Tensor limit = Nodes.binary(graph, "Add", Nodes.binary(graph, "Mul", count, by), from);
    Tensor range =
        graph.node(
            "Range",
            List.of(from, limit, by),
            new TensorType(DataType.INT64, List.of(Dim.batch())));
    return Nodes.reshape(graph, Nodes.cast(graph, range, type.type()), type.dims());
  }

  private double[] numbers(ByteBuffer data) {
    ByteBuffer view = data.duplicate().order(ByteOrder.nativeOrder());
    double[] numbers = new double[view.remaining() / elementBytes()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (type.type()) {
            case FLOAT32 -> view.getFloat();
            case FLOAT64 -> view.getDouble();
            case INT32 -> view.getInt();
            case INT64 -> view.getLong();
            default -> throw growing();
          };
    }
    return numbers;
  }

  private long[] sizes(long batch) {
    return type.dims().stream().mapToLong(dim -> dim.at(batch)).toArray();
  }

  private int elementBytes() {
    return type.type().getNumOfBytes();
  }

  private ByteBuffer leading(ByteBuffer data, long[] sizes, List<Dim> thin) {
    long count = thin.stream().mapToLong(Dim::fixed).reduce(1, (a, b) -> a * b);
    ByteBuffer slice =
        ByteBuffer.allocate(Math.toIntExact(count * elementBytes())).order(ByteOrder.nativeOrder());
    long[] position = new long[sizes.length];
    for (long i = 0; i < count; i++) {
      copyElement(data, offset(position, sizes), slice);
      advance(position, thin.stream().mapToLong(Dim::fixed).toArray());
    }
    return slice.flip();
  }

  private boolean repeats(ByteBuffer slice, ByteBuffer data, long[] sizes, List<Dim> thin) {
    long[] thinSizes = thin.stream().mapToLong(Dim::fixed).toArray();
    long count = data.remaining() / elementBytes();
    long[] position = new long[sizes.length];
    for (long i = 0; i < count; i++) {
      long[] folded = new long[sizes.length];
      for (int axis = 0; axis < sizes.length; axis++) {
        folded[axis] = type.dims().get(axis).isFixed() ? position[axis] : 0;
      }
      long there = offset(folded, thinSizes) * elementBytes();
      for (int k = 0; k < elementBytes(); k++) {
        if (slice.get(Math.toIntExact(there + k))
            != data.get(Math.toIntExact(i * elementBytes() + k))) {
          return false;
        }
      }
      advance(position, sizes);
    }
    return true;
  }

  private void copyElement(ByteBuffer data, long element, ByteBuffer to) {
    for (int k = 0; k < elementBytes(); k++) {
      to.put(data.get(Math.toIntExact(element * elementBytes() + k)));
    }
  }

  private static long offset(long[] position, long[] sizes) {
    long offset = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      offset = offset * sizes[axis] + position[axis];
    }
    return offset;
  }

  private static void advance(long[] position, long[] sizes) {
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      if (++position[axis] < sizes[axis]) {
        return;
      }
      position[axis] = 0;
    }
  }

  private DriveDistillException growing() {
    return new DriveDistillException(
        "A constant of shape "
            + type.dims()
            + ", "
            + user
            + ", has other values for another batch size, and they are not repeated along the batch",
        "Maybe make it with batch size one and let it broadcast, or export with a fixed batch"
            + " size.");
  }
}
