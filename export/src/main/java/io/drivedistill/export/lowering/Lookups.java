package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

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
          case "scatter" -> scatter(operation, graph);
          default -> oneHot(operation, graph);
        });
  }

  /** PyTorch reads only as much of the source as there are positions. */
  private static Tensor scatter(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    Tensor places = positions(graph, operation.tensor(0));
    Tensor source = Nodes.leading(graph, operation.tensor(1), places.dims());
    return graph.node(
        "ScatterElements",
        List.of(x, places, source),
        operation.result(),
        Attributes.of("axis", x.axis(operation.integer(2))));
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
    // the operator takes no single number, and positions from the end, which PyTorch refuses
    Tensor places =
        Nodes.unsqueeze(graph, positions(graph, operation.receiver()), operation.receiver().rank());
    long[] all = LongStream.range(0, depth).toArray();
    Tensor hot = Nodes.compare(graph, "Equal", places, graph.longs(all));
    return Nodes.cast(graph, hot, operation.result().type());
  }
}
