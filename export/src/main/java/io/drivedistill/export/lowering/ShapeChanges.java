package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Operations that move or repeat elements and compute none. */
final class ShapeChanges implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of(
        "reshape",
        "flatten",
        "transpose",
        "swapAxes",
        "expandDims",
        "squeeze",
        "broadcast",
        "tile",
        "repeat",
        "pad",
        "flip",
        "diagonal",
        "rotate90");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    List<Dim> dims = operation.result().dims();
    return List.of(
        switch (operation.name()) {
          case "reshape", "flatten" -> Nodes.reshape(graph, x, dims);
          case "transpose" -> Nodes.transpose(graph, x, permutation(operation));
          case "swapAxes" -> swap(graph, x, operation.integer(0), operation.integer(1));
          case "expandDims" -> expandDims(graph, x, operation.integer(0));
          case "squeeze" -> Nodes.squeeze(graph, x, squeezed(operation));
          case "broadcast" -> Nodes.expand(graph, x, dims);
          case "tile" -> tile(operation, graph);
          case "repeat" -> repeat(operation, graph);
          case "pad" -> pad(operation, graph);
          case "flip" -> flip(graph, x, operation.longs(0));
          case "rotate90" -> rotate(operation, graph);
          default -> diagonal(operation, graph);
        });
  }

  private static int[] permutation(Operation operation) {
    int rank = operation.receiver().rank();
    if (operation.count() == 0) {
      return IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    }
    return Arrays.stream(operation.longs(0)).mapToInt(operation.receiver()::axis).toArray();
  }

  private static Tensor swap(OnnxGraph graph, Tensor x, int first, int second) {
    int[] order = IntStream.range(0, x.rank()).toArray();
    order[x.axis(first)] = x.axis(second);
    order[x.axis(second)] = x.axis(first);
    return Nodes.transpose(graph, x, order);
  }

  private static Tensor expandDims(OnnxGraph graph, Tensor x, int axis) {
    return Nodes.unsqueeze(graph, x, axis < 0 ? axis + x.rank() + 1 : axis);
  }

  private static int[] squeezed(Operation operation) {
    Tensor x = operation.receiver();
    IntStream axes =
        operation.count() == 0
            ? IntStream.range(0, x.rank())
            : operation.isDims(0)
                ? Arrays.stream(operation.longs(0)).mapToInt(x::axis)
                : IntStream.of(x.axis(operation.integer(0)));
    return axes.filter(axis -> x.dim(axis).is(1)).toArray();
  }

  private static Tensor tile(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    List<Dim> repeats =
        operation.isDims(0)
            ? new ArrayList<>(operation.dims(0))
            : new ArrayList<>(Collections.nCopies(Math.max(1, x.rank()), operation.dim(0)));
    while (repeats.size() < x.rank()) {
      repeats.add(0, Dim.of(1));
    }
    x = Nodes.unsqueeze(graph, x, IntStream.range(0, repeats.size() - x.rank()).toArray());
    return graph.node("Tile", List.of(x, Nodes.shape(graph, repeats)), operation.result());
  }

  /** Each element several times in a row: a new axis behind the repeated one, expanded. */
  private static Tensor repeat(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    for (int axis = 0; axis < x.rank(); axis++) {
      Dim before = x.dim(axis);
      Dim after = operation.result().dims().get(axis);
      if (before.equals(after)) {
        continue;
      }
      Dim times =
          before.isFixed()
              ? new Dim(after.factor() / before.fixed(), after.offset() / before.fixed())
              : Dim.of(after.factor() / before.factor());
      List<Dim> wide = new ArrayList<>(x.dims());
      wide.add(axis + 1, times);
      List<Dim> merged = new ArrayList<>(x.dims());
      merged.set(axis, after);
      x =
          Nodes.reshape(
              graph, Nodes.expand(graph, Nodes.unsqueeze(graph, x, axis + 1), wide), merged);
    }
    return x;
  }

  /** PyTorch lists (before, after) from the last axis on, ONNX all befores, then all afters. */
  private static Tensor pad(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    long[] given = operation.longs(0);
    long[] pads = new long[2 * x.rank()];
    for (int i = 0; i < given.length / 2; i++) {
      pads[x.rank() - 1 - i] = given[2 * i];
      pads[2 * x.rank() - 1 - i] = given[2 * i + 1];
    }
    return graph.node(
        "Pad",
        List.of(x, graph.longs(pads), graph.scalar(x.dataType(), operation.number(1))),
        operation.result(),
        Attributes.of("mode", "constant"));
  }

  private static Tensor flip(OnnxGraph graph, Tensor x, long... given) {
    long[] axes = Arrays.stream(given).map(x::axis).toArray();
    long[] last = new long[axes.length];
    long[] beforeFirst = new long[axes.length];
    long[] back = new long[axes.length];
    Arrays.fill(last, -1);
    Arrays.fill(beforeFirst, Long.MIN_VALUE);
    Arrays.fill(back, -1);
    return graph.node(
        "Slice",
        List.of(
            x, graph.longs(last), graph.longs(beforeFirst), graph.longs(axes), graph.longs(back)),
        x.type());
  }

  /** Quarter turns from the first given axis towards the second. */
  private static Tensor rotate(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    int first = x.axis(operation.longs(1)[0]);
    int second = x.axis(operation.longs(1)[1]);
    return switch (Math.floorMod(operation.integer(0), 4)) {
      case 0 -> x;
      case 1 -> swap(graph, flip(graph, x, second), first, second);
      case 2 -> flip(graph, x, first, second);
      default -> flip(graph, swap(graph, x, first, second), second);
    };
  }

  private static Tensor diagonal(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    int offset = operation.count() > 0 ? operation.integer(0) : 0;
    int first = operation.count() > 1 ? x.axis(operation.integer(1)) : 0;
    int second = operation.count() > 1 ? x.axis(operation.integer(2)) : 1;
    long columns = x.dim(second).fixed();
    long count = operation.result().dims().get(x.rank() - 2).fixed();
    int[] order =
        IntStream.concat(
                IntStream.range(0, x.rank()).filter(axis -> axis != first && axis != second),
                IntStream.of(first, second))
            .toArray();
    Tensor last = Nodes.transpose(graph, x, order);
    List<Dim> flat = new ArrayList<>(last.dims().subList(0, x.rank() - 2));
    flat.add(Dim.of(x.dim(first).fixed() * columns));
    long[] positions = new long[Math.toIntExact(count)];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = (i + Math.max(0, -offset)) * columns + i + Math.max(0, offset);
    }
    return Nodes.gather(
        graph, Nodes.reshape(graph, last, flat), graph.longs(positions), x.rank() - 2);
  }
}
