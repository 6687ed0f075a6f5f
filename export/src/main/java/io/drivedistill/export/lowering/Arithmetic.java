package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Two-operand arithmetic, also in place. Both operands are converted to the result type first. */
final class Arithmetic implements Lowering {
  private static final Map<String, String> OPERATORS =
      Map.ofEntries(
          Map.entry("add", "Add"),
          Map.entry("addi", "Add"),
          Map.entry("sub", "Sub"),
          Map.entry("subi", "Sub"),
          Map.entry("mul", "Mul"),
          Map.entry("muli", "Mul"),
          Map.entry("div", "Div"),
          Map.entry("divi", "Div"),
          Map.entry("pow", "Pow"),
          Map.entry("powi", "Pow"),
          Map.entry("maximum", "Max"),
          Map.entry("minimum", "Min"),
          Map.entry("mod", "Mod"),
          Map.entry("modi", "Mod"));

  @Override
  public Set<String> operations() {
    return OPERATORS.keySet();
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    DataType type = operation.result().type();
    Tensor a = Nodes.cast(graph, operation.receiver(), type);
    Tensor b =
        operation.isTensor(0)
            ? Nodes.cast(graph, operation.tensor(0), type)
            : graph.scalar(type, operation.number(0));
    String operator = OPERATORS.get(operation.name());
    if (operator.equals("Mod") && type.isFloating()) {
      // the remainder has the sign of the divisor, ONNX knows that only for integers
      Tensor quotient = Nodes.unary(graph, "Floor", Nodes.binary(graph, "Div", a, b));
      return List.of(Nodes.binary(graph, "Sub", a, Nodes.binary(graph, "Mul", quotient, b)));
    }
    if (operator.equals("Pow") && operation.isNumber(0) && operation.number(0) == 2) {
      return List.of(Nodes.binary(graph, "Mul", a, a));
    }
    return List.of(Nodes.binary(graph, operator, a, b));
  }
}
