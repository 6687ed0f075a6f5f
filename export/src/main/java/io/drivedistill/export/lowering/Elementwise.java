package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Functions of one element, and atan2 and xlogy of two. */
final class Elementwise implements Lowering {
  private static final Map<String, String> DIRECT =
      Map.ofEntries(
          Map.entry("abs", "Abs"),
          Map.entry("neg", "Neg"),
          Map.entry("negi", "Neg"),
          Map.entry("sqrt", "Sqrt"),
          Map.entry("exp", "Exp"),
          Map.entry("log", "Log"),
          Map.entry("sin", "Sin"),
          Map.entry("cos", "Cos"),
          Map.entry("tan", "Tan"),
          Map.entry("asin", "Asin"),
          Map.entry("acos", "Acos"),
          Map.entry("atan", "Atan"),
          Map.entry("sinh", "Sinh"),
          Map.entry("cosh", "Cosh"),
          Map.entry("tanh", "Tanh"),
          Map.entry("floor", "Floor"),
          Map.entry("ceil", "Ceil"),
          Map.entry("round", "Round"),
          Map.entry("erf", "Erf"));
  private static final Set<String> COMPOSED =
      Set.of(
          "square",
          "log2",
          "log10",
          "trunc",
          "cbrt",
          "sign",
          "signi",
          "clip",
          "isNaN",
          "isInfinite",
          "toDegrees",
          "toRadians",
          "atan2",
          "xlogy");

  @Override
  public Set<String> operations() {
    Set<String> all = new TreeSet<>(DIRECT.keySet());
    all.addAll(COMPOSED);
    return all;
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    return List.of(single(operation, graph));
  }

  private static final Set<String> ROUNDING = Set.of("floor", "ceil", "round", "trunc");

  private static Tensor single(Operation operation, OnnxGraph graph) {
    DataType type = operation.result().type();
    if (operation.name().equals("isNaN") || operation.name().equals("isInfinite")) {
      DataType asked = operation.receiver().dataType();
      return graph.node(
          operation.name().equals("isNaN") ? "IsNaN" : "IsInf",
          // whole numbers are neither, and ONNX does not ask them
          List.of(
              Nodes.cast(
                  graph, operation.receiver(), asked.isFloating() ? asked : DataType.FLOAT32)),
          operation.result());
    }
    DataType computed = type == DataType.BOOLEAN ? DataType.INT32 : type;
    Tensor x = Nodes.cast(graph, operation.receiver(), computed);
    return Nodes.cast(graph, number(operation, graph, x), type);
  }

  private static Tensor number(Operation operation, OnnxGraph graph, Tensor x) {
    DataType type = x.dataType();
    if (!type.isFloating() && ROUNDING.contains(operation.name())) {
      return x;
    }
    String direct = DIRECT.get(operation.name());
    if (direct != null) {
      return Nodes.unary(graph, direct, x);
    }
    return switch (operation.name()) {
      case "square" -> Nodes.binary(graph, "Mul", x, x);
      case "log2" -> Nodes.binary(graph, "Div", Nodes.unary(graph, "Log", x), Math.log(2));
      case "log10" -> Nodes.binary(graph, "Div", Nodes.unary(graph, "Log", x), Math.log(10));
      case "cbrt" -> Nodes.binary(graph, "Pow", x, 1.0 / 3);
      case "toDegrees" -> Nodes.binary(graph, "Mul", x, 180 / Math.PI);
      case "toRadians" -> Nodes.binary(graph, "Mul", x, Math.PI / 180);
      case "trunc" ->
          Nodes.binary(
              graph,
              "Mul",
              Nodes.unary(graph, "Sign", x),
              Nodes.unary(graph, "Floor", Nodes.unary(graph, "Abs", x)));
      case "sign", "signi" -> sign(graph, x);
      case "clip" ->
          graph.node(
              "Clip",
              List.of(
                  x,
                  graph.scalar(type, operation.number(0)),
                  graph.scalar(type, operation.number(1))),
              x.type());
      case "xlogy" -> xlogy(graph, x, Nodes.cast(graph, operation.tensor(0), type));
      default -> atan2(graph, x, Nodes.cast(graph, operation.tensor(0), type));
    };
  }

  /** Zero of what is no number, as in PyTorch. */
  private static Tensor sign(OnnxGraph graph, Tensor x) {
    Tensor sign = Nodes.unary(graph, "Sign", x);
    return x.dataType().isFloating()
        ? Nodes.where(graph, Nodes.isNan(graph, x), graph.scalar(x.dataType(), 0), sign)
        : sign;
  }

  /** x · log y, and zero where x is zero and y a number. */
  private static Tensor xlogy(OnnxGraph graph, Tensor x, Tensor y) {
    Tensor zero = graph.scalar(x.dataType(), 0);
    Tensor product = Nodes.binary(graph, "Mul", x, Nodes.unary(graph, "Log", y));
    Tensor nothing = Nodes.compare(graph, "Equal", x, zero);
    return Nodes.where(graph, nothing, Nodes.where(graph, Nodes.isNan(graph, y), y, zero), product);
  }

  /** The angle of (x, y), from atan(y/x) and the quadrant; a zero's sign tells its side. */
  private static Tensor atan2(OnnxGraph graph, Tensor high, Tensor wide) {
    Tensor endless = Nodes.compare(graph, "And", isInfinite(graph, high), isInfinite(graph, wide));
    Tensor y = Nodes.where(graph, endless, Nodes.unary(graph, "Sign", high), high);
    Tensor x = Nodes.where(graph, endless, Nodes.unary(graph, "Sign", wide), wide);
    Tensor zero = graph.scalar(x.dataType(), 0);
    Tensor onAxis = Nodes.compare(graph, "Equal", x, zero);
    Tensor safe = Nodes.where(graph, onAxis, graph.scalar(x.dataType(), 1), x);
    Tensor angle = Nodes.unary(graph, "Atan", Nodes.binary(graph, "Div", y, safe));
    Tensor half =
        Nodes.where(
            graph,
            negative(graph, y),
            graph.scalar(x.dataType(), -Math.PI),
            graph.scalar(x.dataType(), Math.PI));
    Tensor turned =
        Nodes.where(graph, negative(graph, x), Nodes.binary(graph, "Add", angle, half), angle);
    Tensor upright = Nodes.binary(graph, "Mul", Nodes.unary(graph, "Sign", y), Math.PI / 2);
    Tensor origin = Nodes.compare(graph, "Equal", y, zero);
    Tensor vertical = Nodes.compare(graph, "And", onAxis, Nodes.unary(graph, "Not", origin));
    return Nodes.where(graph, vertical, upright, turned);
  }

  private static Tensor isInfinite(OnnxGraph graph, Tensor x) {
    return graph.node("IsInf", List.of(x), x.type().with(DataType.BOOLEAN));
  }

  /** Whether a number is below zero, or the zero below zero. */
  private static Tensor negative(OnnxGraph graph, Tensor x) {
    Tensor zero = graph.scalar(x.dataType(), 0);
    Tensor inverse = Nodes.binary(graph, "Div", graph.scalar(x.dataType(), 1), x);
    return Nodes.compare(
        graph,
        "Or",
        Nodes.compare(graph, "Less", x, zero),
        Nodes.compare(graph, "Less", inverse, zero));
  }
}
