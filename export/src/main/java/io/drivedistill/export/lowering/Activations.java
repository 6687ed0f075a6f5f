package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.List;
import java.util.Set;

/** Activation functions of {@code NDArrayEx}, softmax and log-softmax. */
final class Activations implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of(
        "relu",
        "sigmoid",
        "softPlus",
        "softSign",
        "leakyRelu",
        "elu",
        "selu",
        "gelu",
        "softmax",
        "logSoftmax");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    Tensor x = Nodes.cast(graph, operation.receiver(), operation.result().type());
    return List.of(
        switch (operation.name()) {
          case "relu" ->
              x.dataType().isFloating()
                  ? Nodes.unary(graph, "Relu", x)
                  : Nodes.binary(graph, "Max", x, 0);
          case "sigmoid" -> Nodes.unary(graph, "Sigmoid", x);
          case "softPlus" -> Nodes.unary(graph, "Softplus", x);
          case "softSign" -> Nodes.unary(graph, "Softsign", x);
          case "selu" -> Nodes.unary(graph, "Selu", x);
          case "leakyRelu" -> with(graph, "LeakyRelu", x, "alpha", operation);
          case "elu" -> with(graph, "Elu", x, "alpha", operation);
          case "gelu" ->
              graph.node("Gelu", List.of(x), x.type(), Attributes.of("approximate", "none"));
          case "softmax" -> alongAxis(graph, "Softmax", x, operation);
          default -> alongAxis(graph, "LogSoftmax", x, operation);
        });
  }

  private static Tensor with(
      OnnxGraph graph, String operator, Tensor x, String attribute, Operation operation) {
    return graph.node(
        operator, List.of(x), x.type(), Attributes.of(attribute, (float) operation.number(0)));
  }

  private static Tensor alongAxis(OnnxGraph graph, String operator, Tensor x, Operation operation) {
    return graph.node(
        operator, List.of(x), x.type(), Attributes.of("axis", x.axis(operation.integer(0))));
  }
}
