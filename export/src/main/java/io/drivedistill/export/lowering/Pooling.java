package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.graph.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Pooling over windows and over whole maps. */
final class Pooling implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of("maxPool", "avgPool", "lpPool", "globalMaxPool", "globalAvgPool");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    return List.of(
        switch (operation.name()) {
          case "maxPool" -> window(operation, graph, "MaxPool", windowOf(operation, 0));
          case "avgPool" ->
              window(
                  operation,
                  graph,
                  "AveragePool",
                  windowOf(operation, 0).and("count_include_pad", operation.flag(4) ? 1 : 0));
          case "lpPool" -> lpPool(operation, graph);
          case "globalMaxPool" -> global(operation, graph, "GlobalMaxPool");
          default -> global(operation, graph, "GlobalAveragePool");
        });
  }

  private static Attributes windowOf(Operation operation, int first) {
    return Attributes.of("kernel_shape", operation.longs(first))
        .and("strides", operation.longs(first + 1))
        .and("pads", Convolutions.bothEnds(operation.longs(first + 2)))
        .and("ceil_mode", operation.flag(first + 3) ? 1 : 0);
  }

  private static Tensor window(
      Operation operation, OnnxGraph graph, String operator, Attributes attributes) {
    return graph.node(operator, List.of(operation.receiver()), operation.result(), attributes);
  }

  private static Tensor lpPool(Operation operation, OnnxGraph graph) {
    double order = operation.number(0);
    if (order != Math.rint(order) || operation.flag(4)) {
      throw operation.unsupported(
          "has order " + order + " and ceil mode " + operation.flag(4),
          "Maybe use a whole order and floor mode, the only ones ONNX can say.");
    }
    return window(
        operation,
        graph,
        "LpPool",
        Attributes.of("kernel_shape", operation.longs(1))
            .and("strides", operation.longs(2))
            .and("p", (long) order));
  }

  /** DJL drops the pooled axes. */
  private static Tensor global(Operation operation, OnnxGraph graph, String operator) {
    Tensor x = operation.receiver();
    List<Dim> dims = new ArrayList<>(x.dims().subList(0, 2));
    dims.addAll(Collections.nCopies(x.rank() - 2, Dim.of(1)));
    Tensor pooled = graph.node(operator, List.of(x), new TensorType(x.dataType(), dims));
    return Nodes.squeeze(graph, pooled, IntStream.range(2, x.rank()).toArray());
  }
}
