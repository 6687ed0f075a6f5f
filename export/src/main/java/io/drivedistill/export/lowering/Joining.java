package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Concatenation, stacking and splitting. */
final class Joining implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of("concat", "stack", "split");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    if (operation.name().equals("split")) {
      return split(operation, graph);
    }
    DataType type = operation.result().type();
    boolean stack = operation.name().equals("stack");
    int axis = operation.integer(1);
    int resultAxis = axis < 0 ? axis + operation.result().dims().size() : axis;
    List<Tensor> parts = new ArrayList<>();
    parts.add(operation.receiver());
    parts.addAll(operation.tensors(0));
    parts.replaceAll(part -> Nodes.cast(graph, part, type));
    if (stack) {
      parts.replaceAll(part -> Nodes.unsqueeze(graph, part, resultAxis));
    }
    return List.of(Nodes.concat(graph, parts, resultAxis));
  }

  private static List<Tensor> split(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    if (operation.results().size() == 1) {
      return List.of(x);
    }
    int axis = x.axis(operation.integer(1));
    if (operation.results().stream().anyMatch(part -> !part.dims().get(axis).isFixed())) {
      throw operation.unsupported(
          "cuts the batch axis", "Maybe split another axis, or export with a fixed batch size.");
    }
    long[] sizes =
        operation.results().stream().mapToLong(part -> part.dims().get(axis).fixed()).toArray();
    return graph.nodes(
        "Split", List.of(x, graph.longs(sizes)), operation.results(), Attributes.of("axis", axis));
  }
}
