package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.List;
import java.util.Set;

/** Matrix products and linear layers. */
final class MatrixProducts implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of("matMul", "dot", "batchMatMul", "linear");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    if (operation.name().equals("linear")) {
      return List.of(linear(operation, graph));
    }
    return List.of(
        graph.node(
            "MatMul", List.of(operation.receiver(), operation.tensor(0)), operation.result()));
  }

  private static Tensor linear(Operation operation, OnnxGraph graph) {
    Tensor x = operation.tensor(0);
    Tensor weight = Nodes.transpose(graph, operation.tensor(1), 1, 0);
    Tensor bias = operation.tensor(2);
    if (x.rank() == 2 && bias != null && x.dataType().isFloating()) {
      return graph.node("Gemm", List.of(x, weight, bias), operation.result());
    }
    Tensor product = graph.node("MatMul", List.of(x, weight), operation.result());
    return bias == null ? product : Nodes.binary(graph, "Add", product, bias);
  }
}
