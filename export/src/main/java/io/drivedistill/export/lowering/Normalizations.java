package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Batch and layer normalisation at inference. */
final class Normalizations implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of("batchNorm", "layerNorm");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    return List.of(
        operation.name().equals("batchNorm")
            ? batchNorm(operation, graph)
            : layerNorm(operation, graph));
  }

  private static Tensor batchNorm(Operation operation, OnnxGraph graph) {
    if (operation.flag(8)) {
      throw operation.unsupported(
          "uses batch statistics", "Maybe the block ignores the training argument of forward.");
    }
    Tensor x = operation.tensor(0);
    int axis = operation.integer(5) == -1 ? 1 : operation.integer(5);
    TensorType channel = new TensorType(x.dataType(), List.of(x.dim(axis)));
    Tensor mean = operation.tensor(1);
    Tensor variance = operation.tensor(2);
    Tensor gamma = operation.has(3) ? operation.tensor(3) : filled(graph, channel, 1);
    Tensor beta = operation.has(4) ? operation.tensor(4) : filled(graph, channel, 0);
    int[] swapped = IntStream.range(0, x.rank()).toArray();
    swapped[1] = axis;
    swapped[axis] = 1;
    Tensor front = Nodes.transpose(graph, x, swapped);
    Tensor normal =
        graph.node(
            "BatchNormalization",
            List.of(front, gamma, beta, mean, variance),
            front.type(),
            Attributes.of("epsilon", (float) operation.number(7)));
    return Nodes.transpose(graph, normal, swapped);
  }

  private static Tensor layerNorm(Operation operation, OnnxGraph graph) {
    Tensor x = operation.tensor(0);
    long[] shape = operation.longs(1);
    TensorType own = TensorType.of(x.dataType(), shape);
    List<Tensor> operands = new ArrayList<>(List.of(x));
    operands.add(operation.has(2) ? operation.tensor(2) : filled(graph, own, 1));
    if (operation.has(3)) {
      operands.add(operation.tensor(3));
    }
    return graph.node(
        "LayerNormalization",
        operands,
        x.type(),
        Attributes.of("axis", -shape.length).and("epsilon", (float) operation.number(4)));
  }

  private static Tensor filled(OnnxGraph graph, TensorType type, double value) {
    return Nodes.expand(graph, graph.scalar(type.type(), value), List.<Dim>copyOf(type.dims()));
  }
}
