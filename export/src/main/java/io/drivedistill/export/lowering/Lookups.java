package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.List;
import java.util.Set;

/** Reading and writing elements at positions that are themselves tensors. */
final class Lookups implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of("embedding", "gather", "gatherNd", "take", "oneHot", "put", "scatter");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    return List.of(
        switch (operation.name()) {
          case "embedding" ->
              Nodes.gather(graph, operation.tensor(1), positions(graph, operation.tensor(0)), 0);
          case "gather" ->
              graph.node(
                  "GatherElements",
                  List.of(x, positions(graph, operation.tensor(0))),
                  operation.result(),
                  Attributes.of("axis", x.axis(operation.integer(1))));
          case "gatherNd" -> gatherNd(operation, graph);
          case "take" ->
              Nodes.gather(graph, Nodes.flat(graph, x), positions(graph, operation.tensor(0)), 0);
          case "put" -> put(operation, graph);
          case "scatter" ->
              graph.node(
                  "ScatterElements",
                  List.of(x, positions(graph, operation.tensor(0)), operation.tensor(1)),
                  operation.result(),
                  Attributes.of("axis", x.axis(operation.integer(2))));
          default -> oneHot(operation, graph);
        });
  }

  /** Writes at positions of the flattened array. */
  private static Tensor put(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    Tensor elements = Nodes.flat(graph, x);
    Tensor written =
        graph.node(
            "ScatterElements",
            List.of(
                elements,
                Nodes.flat(graph, positions(graph, operation.tensor(0))),
                Nodes.flat(graph, operation.tensor(1))),
            elements.type(),
            Attributes.of("axis", 0));
    return Nodes.reshape(graph, written, x.dims());
  }

  /** DJL lists the coordinates along the first axis, ONNX along the last. */
  private static Tensor gatherNd(Operation operation, OnnxGraph graph) {
    Tensor places = positions(graph, operation.tensor(0));
    Tensor rows = Nodes.moveAxis(graph, places, 0, places.rank() - 1);
    return graph.node("GatherND", List.of(operation.receiver(), rows), operation.result());
  }

  private static Tensor positions(OnnxGraph graph, Tensor tensor) {
    return Nodes.cast(graph, tensor, DataType.INT64);
  }

  private static Tensor oneHot(Operation operation, OnnxGraph graph) {
    int depth = operation.integer(0);
    Tensor zeroAndOne = graph.longs(0, 1);
    Tensor hot =
        graph.node(
            "OneHot",
            List.of(
                positions(graph, operation.receiver()),
                graph.scalar(DataType.INT64, depth),
                zeroAndOne),
            operation.result().with(DataType.INT64),
            Attributes.of("axis", -1));
    return Nodes.cast(graph, hot, operation.result().type());
  }
}
