package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Sums, means, extremes, products and norms over all or some axes. */
final class Reductions implements Lowering {
  private static final Map<String, String> OPERATORS =
      Map.of(
          "sum",
          "ReduceSum",
          "mean",
          "ReduceMean",
          "max",
          "ReduceMax",
          "min",
          "ReduceMin",
          "prod",
          "ReduceProd");

  @Override
  public Set<String> operations() {
    Set<String> all = new TreeSet<>(OPERATORS.keySet());
    all.addAll(Set.of("norm", "normalize"));
    return all;
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    if (operation.name().equals("normalize")) {
      return List.of(normalize(operation, graph));
    }
    DataType type = operation.result().type();
    // ONNX Runtime compares no booleans
    DataType computed = type == DataType.BOOLEAN ? DataType.INT32 : type;
    Tensor x = Nodes.cast(graph, operation.receiver(), computed);
    if (operation.name().equals("norm")) {
      boolean whole = operation.count() == 1;
      int[] axes = whole ? new int[0] : axes(operation, 1);
      double order = whole ? 2 : operation.number(0);
      return List.of(norm(graph, x, order, axes, operation.flag(whole ? 0 : 2)));
    }
    boolean whole = operation.count() == 0;
    int[] axes = whole ? new int[0] : axes(operation, 0);
    boolean keep = !whole && operation.flag(1);
    String operator = OPERATORS.get(operation.name());
    Tensor reduced = Nodes.reduce(graph, operator, x, axes, keep);
    boolean extreme = operator.equals("ReduceMax") || operator.equals("ReduceMin");
    if (extreme && type.isFloating()) {
      // as in PyTorch, what is no number is larger and smaller than every number
      Tensor nan = Nodes.cast(graph, Nodes.isNan(graph, x), DataType.FLOAT32);
      Tensor any = Nodes.reduce(graph, "ReduceMax", nan, axes, keep);
      Tensor none = graph.scalar(type, Double.NaN);
      reduced = Nodes.where(graph, Nodes.cast(graph, any, DataType.BOOLEAN), none, reduced);
    }
    return List.of(Nodes.cast(graph, reduced, type));
  }

  private static int[] axes(Operation operation, int argument) {
    return Arrays.stream(operation.longs(argument)).mapToInt(Math::toIntExact).toArray();
  }

  private static Tensor normalize(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    Tensor norm =
        norm(graph, x, operation.number(0), new int[] {x.axis(operation.integer(1))}, true);
    Tensor floor = graph.scalar(x.dataType(), operation.number(2));
    return Nodes.binary(graph, "Div", x, Nodes.binary(graph, "Max", norm, floor));
  }

  private static Tensor norm(OnnxGraph graph, Tensor x, double order, int[] axes, boolean keep) {
    if (order == 1 || order == 2) {
      return Nodes.reduce(graph, order == 1 ? "ReduceL1" : "ReduceL2", x, axes, keep);
    }
    Tensor powers = Nodes.binary(graph, "Pow", Nodes.unary(graph, "Abs", x), order);
    return Nodes.binary(
        graph, "Pow", Nodes.reduce(graph, "ReduceSum", powers, axes, keep), 1 / order);
  }
}
