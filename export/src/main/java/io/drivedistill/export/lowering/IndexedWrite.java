package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.trace.ArrayIndex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A write in place by ranges and positions, said without writing: along each cut axis the result is
 * what lies before, the written part and what lies behind, joined again; for ranges with steps and
 * arrays of positions the written part is scattered over the old.
 */
final class IndexedWrite {
  private final Operation operation;
  private final OnnxGraph graph;
  private final List<ArrayIndex.Element> elements;

  IndexedWrite(Operation operation, OnnxGraph graph) {
    this.operation = operation;
    this.graph = graph;
    this.elements = Indexing.elements(operation, 0);
  }

  Tensor result() {
    Tensor x = operation.receiver();
    DataType type = x.dataType();
    Tensor value =
        operation.isTensor(1)
            ? Nodes.cast(graph, operation.tensor(1), type)
            : graph.scalar(type, operation.number(1));
    if (elements.size() >= 1 && elements.get(0) instanceof ArrayIndex.Mask mask) {
      return masked(x, (Tensor) mask.mask(), value);
    }
    List<Integer> single = new ArrayList<>();
    for (int axis = 0; axis < elements.size(); axis++) {
      if (elements.get(axis) instanceof ArrayIndex.At) {
        single.add(axis);
      }
    }
    return write(x, 0, value, single);
  }

  private Tensor masked(Tensor x, Tensor mask, Tensor value) {
    if (mask.rank() != x.rank() || value.rank() != 0) {
      throw operation.unsupported(
          "writes an array at the positions of a mask",
          "Maybe use NDArrays.where(mask, value, array).");
    }
    return Nodes.where(graph, Nodes.cast(graph, mask, DataType.BOOLEAN), value, x);
  }

  private Tensor write(Tensor part, int axis, Tensor value, List<Integer> single) {
    if (axis == elements.size()) {
      return spread(part, value, single);
    }
    ArrayIndex.Element element = elements.get(axis);
    if (element instanceof ArrayIndex.All) {
      return write(part, axis + 1, value, single);
    }
    Dim dim = part.dim(axis);
    if (!dim.isFixed()) {
      return writeExample(part, axis, element, value, single);
    }
    long size = dim.fixed();
    long from;
    long to;
    if (element instanceof ArrayIndex.At at) {
      from = at.position() < 0 ? at.position() + size : at.position();
      to = from + 1;
    } else if (element instanceof ArrayIndex.Range range
        && (range.step() == null || range.step() == 1)) {
      from = Ranges.clamp(range.from() == null ? 0 : range.from(), size);
      to = Ranges.clamp(range.to() == null ? size : range.to(), size);
    } else {
      return scattered(part, axis, positions(element, size), value, single);
    }
    if (to <= from) {
      return part;
    }
    List<Tensor> pieces = new ArrayList<>();
    if (from > 0) {
      pieces.add(Nodes.slice(graph, part, axis, 0, from));
    }
    Tensor middle = from == 0 && to == size ? part : Nodes.slice(graph, part, axis, from, to);
    pieces.add(write(middle, axis + 1, value, single));
    if (to < size) {
      pieces.add(Nodes.slice(graph, part, axis, to, size));
    }
    return pieces.size() == 1 ? pieces.get(0) : Nodes.concat(graph, pieces, axis);
  }

  /** Writes to one example of a batch of any size. */
  private Tensor writeExample(
      Tensor part, int axis, ArrayIndex.Element element, Tensor value, List<Integer> single) {
    if (!(element instanceof ArrayIndex.At at)) {
      throw operation.unsupported(
          "writes to part of the batch axis",
          "Maybe address the whole batch axis with \":\", or export with a fixed batch size.");
    }
    long place = at.position();
    List<Tensor> pieces = new ArrayList<>();
    if (place != 0) {
      Dim before = place > 0 ? Dim.of(place) : part.dim(axis).plus(Dim.of(place));
      pieces.add(piece(part, axis, 0, place, before));
    }
    long end = place == -1 ? Long.MAX_VALUE : place + 1;
    pieces.add(write(piece(part, axis, place, end, Dim.of(1)), axis + 1, value, single));
    if (place != -1) {
      Dim after = place < 0 ? Dim.of(-place - 1) : part.dim(axis).plus(Dim.of(-place - 1));
      pieces.add(piece(part, axis, place + 1, Long.MAX_VALUE, after));
    }
    return pieces.size() == 1 ? pieces.get(0) : Nodes.concat(graph, pieces, axis);
  }

  private Tensor piece(Tensor part, int axis, long from, long to, Dim size) {
    List<Dim> dims = new ArrayList<>(part.dims());
    dims.set(axis, size);
    return graph.node(
        "Slice",
        List.of(part, graph.longs(from), graph.longs(to), graph.longs(axis)),
        part.type().with(dims));
  }

  /** Positions of an axis, int64 [n], that a range with steps or an array of positions names. */
  private Tensor positions(ArrayIndex.Element element, long size) {
    if (element instanceof ArrayIndex.Range range) {
      long from = Ranges.clamp(range.from() == null ? 0 : range.from(), size);
      long to = Ranges.clamp(range.to() == null ? size : range.to(), size);
      long step = range.step();
      int count = Math.toIntExact(Math.max(0, (to - from + step - 1) / step));
      return graph.longs(LongStream.range(0, count).map(i -> from + i * step).toArray());
    }
    long takes = elements.stream().filter(ArrayIndex.Take.class::isInstance).count();
    if (!(element instanceof ArrayIndex.Take take)
        || takes > 1
        || ((Tensor) take.positions()).rank() != 1) {
      throw operation.unsupported(
          "writes at positions of several arrays, or of one with several axes",
          "Maybe write with one vector of positions, or use scatter.");
    }
    Tensor given = Nodes.cast(graph, (Tensor) take.positions(), DataType.INT64);
    return Indexing.wrapped(graph, given, Math.toIntExact(size));
  }

  private Tensor scattered(
      Tensor part, int axis, Tensor positions, Tensor value, List<Integer> single) {
    if (positions.dim(0).is(0)) {
      return part;
    }
    Tensor region = Nodes.gather(graph, part, positions, axis);
    Tensor written = write(region, axis + 1, value, single);
    List<Dim> thin = new ArrayList<>(Collections.nCopies(part.rank(), Dim.of(1)));
    thin.set(axis, positions.dim(0));
    Tensor everywhere = Nodes.expand(graph, Nodes.reshape(graph, positions, thin), written.dims());
    return graph.node(
        "ScatterElements",
        List.of(part, everywhere, written),
        part.type(),
        Attributes.of("axis", axis));
  }

  /** The value over the written region; axes indexed by one position are absent in the value. */
  private Tensor spread(Tensor region, Tensor value, List<Integer> single) {
    List<Dim> dims = new ArrayList<>(region.dims());
    for (int i = single.size() - 1; i >= 0; i--) {
      dims.remove((int) single.get(i));
    }
    Tensor wide = Nodes.expand(graph, value, dims);
    return Nodes.unsqueeze(graph, wide, single.stream().mapToInt(Integer::intValue).toArray());
  }
}
