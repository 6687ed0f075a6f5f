package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Comparisons, logic and choice. */
final class Comparisons implements Lowering {
  private static final Map<String, String> COMPARE =
      Map.of(
          "eq",
          "Equal",
          "neq",
          "Equal",
          "gt",
          "Greater",
          "gte",
          "GreaterOrEqual",
          "lt",
          "Less",
          "lte",
          "LessOrEqual");
  private static final Map<String, String> LOGIC =
      Map.of("logicalAnd", "And", "logicalOr", "Or", "logicalXor", "Xor");
  private static final Set<String> OTHERS = Set.of("logicalNot", "where", "all", "any", "none");

  @Override
  public Set<String> operations() {
    Set<String> all = new TreeSet<>(OTHERS);
    all.addAll(COMPARE.keySet());
    all.addAll(LOGIC.keySet());
    return all;
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    Tensor self = operation.receiver();
    if (COMPARE.containsKey(operation.name())) {
      return List.of(compare(operation, graph));
    }
    if (LOGIC.containsKey(operation.name())) {
      return List.of(
          Nodes.compare(
              graph,
              LOGIC.get(operation.name()),
              Nodes.cast(graph, self, DataType.BOOLEAN),
              Nodes.cast(graph, operation.tensor(0), DataType.BOOLEAN)));
    }
    Tensor truth = Nodes.cast(graph, self, DataType.BOOLEAN);
    return List.of(
        switch (operation.name()) {
          case "logicalNot" -> Nodes.unary(graph, "Not", truth);
          case "all" -> over(graph, "ReduceMin", truth);
          case "any" -> over(graph, "ReduceMax", truth);
          case "none" -> Nodes.unary(graph, "Not", over(graph, "ReduceMax", truth));
          default ->
              Nodes.where(
                  graph,
                  Nodes.cast(graph, operation.tensor(0), DataType.BOOLEAN),
                  Nodes.cast(graph, self, operation.result().type()),
                  Nodes.cast(graph, operation.tensor(1), operation.result().type()));
        });
  }

  private static Tensor over(OnnxGraph graph, String operator, Tensor truth) {
    Tensor number = Nodes.cast(graph, truth, DataType.INT32);
    Tensor reduced = Nodes.reduce(graph, operator, number, new int[0], false);
    return Nodes.cast(graph, reduced, DataType.BOOLEAN);
  }

  private static Tensor compare(Operation operation, OnnxGraph graph) {
    Tensor a = operation.receiver();
    DataType type =
        operation.isTensor(0)
            ? common(a, operation.tensor(0))
            : common(a.dataType(), operation.arguments().get(0));
    if (type == DataType.BOOLEAN && !operation.name().endsWith("eq")) {
      type = DataType.INT32;
    }
    Tensor b =
        operation.isTensor(0)
            ? Nodes.cast(graph, operation.tensor(0), type)
            : graph.scalar(type, operation.number(0));
    Tensor result =
        Nodes.compare(graph, COMPARE.get(operation.name()), Nodes.cast(graph, a, type), b);
    return operation.name().equals("neq") ? Nodes.unary(graph, "Not", result) : result;
  }

  /** PyTorch's rule: a scalar array decides only if it is of a wider kind. */
  private static DataType common(Tensor a, Tensor b) {
    int difference = kind(a.dataType()) - kind(b.dataType());
    if (difference != 0) {
      return difference > 0 ? a.dataType() : b.dataType();
    }
    if ((a.rank() == 0) != (b.rank() == 0)) {
      return a.rank() == 0 ? b.dataType() : a.dataType();
    }
    return a.dataType().getNumOfBytes() >= b.dataType().getNumOfBytes()
        ? a.dataType()
        : b.dataType();
  }

  private static DataType common(DataType type, Object number) {
    DataType own =
        number instanceof Dim
            ? DataType.INT64
            : number instanceof Double ? DataType.FLOAT64 : DataType.FLOAT32;
    return kind(own) > kind(type) ? own : type;
  }

  private static int kind(DataType type) {
    return type.isFloating() ? 2 : type == DataType.BOOLEAN ? 0 : 1;
  }
}
