package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.Attributes;
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

  private static final Map<String, String> ON_TRUTHS =
      Map.of("Add", "Or", "Mul", "And", "Max", "Or", "Min", "And");

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
    if (type == DataType.BOOLEAN && ON_TRUTHS.containsKey(operator)) {
      return List.of(Nodes.compare(graph, ON_TRUTHS.get(operator), a, b));
    }
    if (operator.equals("Mod") && type.isFloating()) {
      return List.of(remainder(graph, a, b));
    }
    if (operator.equals("Pow") && operation.isNumber(0)) {
      if (type.isInteger() && operation.number(0) < 0) {
        throw operation.unsupported(
            "raises whole numbers to a negative power", "Maybe convert them to float32 first.");
      }
      return List.of(Nodes.power(graph, a, operation.number(0)));
    }
    return List.of(Nodes.binary(graph, operator, a, b));
  }

  /** With the sign of the divisor; ONNX knows that only for integers, for others that of C. */
  private static Tensor remainder(OnnxGraph graph, Tensor a, Tensor b) {
    Tensor zero = graph.scalar(a.dataType(), 0);
    Tensor rest =
        graph.node(
            "Mod",
            List.of(a, b),
            a.type().with(Nodes.broadcast(a.dims(), b.dims())),
            Attributes.of("fmod", 1));
    Tensor otherSide =
        Nodes.compare(
            graph,
            "Xor",
            Nodes.compare(graph, "Less", rest, zero),
            Nodes.compare(graph, "Less", b, zero));
    Tensor none = Nodes.compare(graph, "Equal", rest, zero);
    Tensor moved = Nodes.compare(graph, "And", otherSide, Nodes.unary(graph, "Not", none));
    return Nodes.where(graph, moved, Nodes.binary(graph, "Add", rest, b), rest);
  }
}
