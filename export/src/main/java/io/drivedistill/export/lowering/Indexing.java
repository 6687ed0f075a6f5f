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
import java.util.Set;
import java.util.TreeSet;

/** Reading and writing by {@code NDIndex}. */
final class Indexing implements Lowering {
  @Override
  public Set<String> operations() {
    Set<String> all = new TreeSet<>(ValueShapes.OPERATIONS);
    all.addAll(Set.of("get", "set", "setScalar"));
    return all;
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    return switch (operation.name()) {
      case "get" -> List.of(get(operation, graph));
      case "set", "setScalar" -> List.of(new IndexedWrite(operation, graph).result());
      default -> throw ValueShapes.refusal(operation.name(), operation.site());
    };
  }

  private static Tensor get(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    List<ArrayIndex.Element> elements = elements(operation, 0);
    if (elements.stream().anyMatch(ArrayIndex.Mask.class::isInstance)) {
      throw ValueShapes.refusal(operation.name(), operation.site());
    }
    Ranges ranges = new Ranges(operation);
    List<Integer> single = new ArrayList<>();
    List<Integer> added = new ArrayList<>();
    List<Tensor> positions = new ArrayList<>();
    List<Integer> taken = new ArrayList<>();
    int axis = 0;
    int resultAxis = 0;
    for (ArrayIndex.Element element : elements) {
      if (element instanceof ArrayIndex.NewAxis) {
        added.add(resultAxis++);
        continue;
      }
      if (element instanceof ArrayIndex.At at) {
        ranges.at(axis, at.position());
        single.add(axis);
        axis++;
        continue;
      }
      if (element instanceof ArrayIndex.Range range) {
        ranges.range(axis, x.dim(axis), range);
      } else if (element instanceof ArrayIndex.Take take) {
        positions.add(Nodes.cast(graph, (Tensor) take.positions(), DataType.INT64));
        taken.add(resultAxis);
      } else if (element instanceof ArrayIndex.Pick pick) {
        return pick(operation, graph, axis, (Tensor) pick.positions());
      }
      axis++;
      resultAxis++;
    }
    Tensor sliced = ranges.apply(graph, x);
    Tensor squeezed = Nodes.squeeze(graph, sliced, ints(single));
    Tensor extended = Nodes.unsqueeze(graph, squeezed, ints(added));
    return switch (taken.size()) {
      case 0 -> extended;
      case 1 -> Nodes.gather(graph, extended, positions.get(0), taken.get(0));
      default -> takeTogether(operation, graph, extended, positions, taken);
    };
  }

  /**
   * Several position arrays select single elements together: the axes they index become one, which
   * is read at the combined position.
   */
  private static Tensor takeTogether(
      Operation operation, OnnxGraph graph, Tensor x, List<Tensor> positions, List<Integer> axes) {
    List<Integer> order = new ArrayList<>(axes);
    List<Dim> rest = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      if (!axes.contains(i)) {
        order.add(i);
        rest.add(x.dim(i));
      }
    }
    Tensor combined = null;
    long count = 1;
    for (int i = 0; i < axes.size(); i++) {
      if (!x.dim(axes.get(i)).isFixed()) {
        throw operation.unsupported(
            "picks rows of the batch axis by an array",
            "Maybe use gather, which needs no positions for the batch axis.");
      }
      int size = Math.toIntExact(x.dim(axes.get(i)).fixed());
      count *= size;
      Tensor wrapped = wrapped(graph, positions.get(i), size);
      combined =
          combined == null
              ? wrapped
              : Nodes.binary(graph, "Add", Nodes.binary(graph, "Mul", combined, size), wrapped);
    }
    List<Dim> flat = new ArrayList<>(List.of(Dim.of(count)));
    flat.addAll(rest);
    Tensor front = Nodes.transpose(graph, x, ints(order));
    Tensor picked = Nodes.gather(graph, Nodes.reshape(graph, front, flat), combined, 0);
    boolean adjacent = axes.get(axes.size() - 1) - axes.get(0) == axes.size() - 1;
    if (!adjacent || axes.get(0) == 0) {
      return picked;
    }
    List<Integer> back = new ArrayList<>();
    int indexRank = combined.rank();
    for (int i = 0; i < axes.get(0); i++) {
      back.add(indexRank + i);
    }
    for (int i = 0; i < indexRank; i++) {
      back.add(i);
    }
    for (int i = axes.get(0); i < rest.size(); i++) {
      back.add(indexRank + i);
    }
    return Nodes.transpose(graph, picked, ints(back));
  }

  /** Positions counted from the end made positive. */
  static Tensor wrapped(OnnxGraph graph, Tensor positions, int size) {
    Tensor negative = Nodes.compare(graph, "Less", positions, graph.scalar(DataType.INT64, 0));
    return Nodes.where(graph, negative, Nodes.binary(graph, "Add", positions, size), positions);
  }

  private static Tensor pick(Operation operation, OnnxGraph graph, int axis, Tensor positions) {
    Tensor x = operation.receiver();
    Tensor whole = Nodes.cast(graph, positions, DataType.INT64);
    boolean flat = whole.rank() == x.rank() - 1;
    whole = flat ? Nodes.unsqueeze(graph, whole, axis) : whole;
    Tensor picked =
        graph.node(
            "GatherElements",
            List.of(x, whole),
            x.type().with(whole.dims()),
            Attributes.of("axis", axis));
    return operation.result().dims().size() < x.rank()
        ? Nodes.squeeze(graph, picked, axis)
        : picked;
  }

  /** One element per axis or new axis: the ellipsis and missing ends are filled with all. */
  static List<ArrayIndex.Element> elements(Operation operation, int argument) {
    List<ArrayIndex.Element> given;
    int ellipsis = -1;
    if (operation.isDims(argument)) {
      given = new ArrayList<>();
      for (long position : operation.longs(argument)) {
        given.add(new ArrayIndex.At(position));
      }
    } else {
      given = new ArrayList<>(operation.index(argument).elements());
      ellipsis = operation.index(argument).ellipsis();
    }
    long named = given.stream().filter(e -> !(e instanceof ArrayIndex.NewAxis)).count();
    int missing = Math.toIntExact(operation.receiver().rank() - named);
    given.addAll(
        ellipsis < 0 ? given.size() : ellipsis,
        Collections.nCopies(Math.max(0, missing), new ArrayIndex.All()));
    return given;
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
