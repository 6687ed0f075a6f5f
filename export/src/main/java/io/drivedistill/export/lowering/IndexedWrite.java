package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.trace.ArrayIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * A write in place by ranges and positions, said without writing: along each cut axis the result is
 * what lies before, the written part and what lies behind, joined again.
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
      throw operation.unsupported(
          "writes to part of the batch axis",
          "Maybe address the whole batch axis with \":\", or export with a fixed batch size.");
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
      throw operation.unsupported(
          "writes with steps or position arrays", "Maybe write contiguous ranges, or use scatter.");
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
