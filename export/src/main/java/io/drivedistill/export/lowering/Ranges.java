package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.trace.ArrayIndex;
import java.util.ArrayList;
import java.util.List;

/** Ranges of several axes, said in one Slice. */
final class Ranges {
  private final Operation operation;
  private final List<Long> axes = new ArrayList<>();
  private final List<Long> from = new ArrayList<>();
  private final List<Long> to = new ArrayList<>();
  private final List<Long> steps = new ArrayList<>();
  private final List<Dim> sizes = new ArrayList<>();

  Ranges(Operation operation) {
    this.operation = operation;
  }

  /** One position; the axis stays, with size one. */
  void at(int axis, long position) {
    add(axis, position, position == -1 ? Long.MAX_VALUE : position + 1, 1, Dim.of(1));
  }

  /** A range of an axis of the given size; the whole axis adds nothing. */
  void range(int axis, Dim size, ArrayIndex.Range range) {
    long step = range.step() == null ? 1 : range.step();
    if (!size.isFixed()) {
      growing(axis, size, range, step);
      return;
    }
    long begin = clamp(range.from() == null ? 0 : range.from(), size.fixed());
    long end = clamp(range.to() == null ? size.fixed() : range.to(), size.fixed());
    if (begin == 0 && end == size.fixed() && step == 1) {
      return;
    }
    add(axis, begin, end, step, Dim.of(Math.max(0, (end - begin + step - 1) / step)));
  }

  /** A range of the batch axis, of the same length for every batch or of one that grows with it. */
  private void growing(int axis, Dim size, ArrayIndex.Range range, long step) {
    long begin = range.from() == null ? 0 : range.from();
    Long end = range.to();
    boolean toTheEnd = end == null;
    boolean mixed = !toTheEnd && begin < 0 && end >= 0;
    boolean turned = !toTheEnd && (begin < 0) == (end < 0) && end < begin;
    Dim from = begin < 0 ? size.plus(Dim.of(begin)) : Dim.of(begin);
    Dim to = toTheEnd ? size : end < 0 ? size.plus(Dim.of(end)) : Dim.of(end);
    Dim cut = to.plus(from.times(-1));
    // an end that a batch does not reach gives fewer: the traced two and three, or a batch of one
    long one = size.at(1);
    long atOne = clamp(toTheEnd ? one : end, one) - clamp(begin, one);
    boolean beyond =
        !operation.result().dims().contains(cut) || Math.max(0, atOne) != Math.max(0, cut.at(1));
    if (step != 1 || mixed || turned || beyond) {
      throw operation.unsupported(
          "cuts the batch axis in a way that depends on its size",
          "Maybe read the whole batch axis with \":\", or export with a fixed batch size.");
    }
    if (begin == 0 && toTheEnd) {
      return;
    }
    add(axis, begin, toTheEnd ? Long.MAX_VALUE : end, 1, cut);
  }

  static long clamp(long position, long size) {
    return Math.max(0, Math.min(size, position < 0 ? position + size : position));
  }

  private void add(long axis, long begin, long end, long step, Dim size) {
    axes.add(axis);
    from.add(begin);
    to.add(end);
    steps.add(step);
    sizes.add(size);
  }

  Tensor apply(OnnxGraph graph, Tensor x) {
    if (axes.isEmpty()) {
      return x;
    }
    List<Dim> dims = new ArrayList<>(x.dims());
    for (int i = 0; i < axes.size(); i++) {
      dims.set(axes.get(i).intValue(), sizes.get(i));
    }
    return graph.node(
        "Slice",
        List.of(x, longs(graph, from), longs(graph, to), longs(graph, axes), longs(graph, steps)),
        x.type().with(dims));
  }

  private static Tensor longs(OnnxGraph graph, List<Long> values) {
    return graph.longs(values.stream().mapToLong(Long::longValue).toArray());
  }
}
