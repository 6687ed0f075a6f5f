package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Extremes, order and quantiles along an axis; running sums, products and differences. */
final class Ordering implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of(
        "argMax",
        "argMin",
        "topK",
        "sort",
        "argSort",
        "median",
        "percentile",
        "cumSum",
        "cumProd",
        "diff");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    if (x.dims().stream().anyMatch(dim -> dim.at(1) < 1)) {
      // TopK of ONNX Runtime 1.29 divides by the number of elements
      throw operation.unsupported(
          "orders an array that is empty at batch size one: " + x.dims(),
          "Maybe order the whole batch and cut it afterwards.");
    }
    return switch (operation.name()) {
      case "argMax" -> List.of(position(operation, graph, "ArgMax"));
      case "argMin" -> List.of(position(operation, graph, "ArgMin"));
      case "topK" ->
          topK(
              graph,
              x,
              Dim.of(operation.integer(0)),
              x.axis(operation.integer(1)),
              operation.flag(2));
      case "sort" -> {
        int axis = operation.count() == 0 ? x.rank() - 1 : x.axis(operation.integer(0));
        yield topK(graph, x, x.dim(axis), axis, false).subList(0, 1);
      }
      case "argSort" -> argSort(operation, graph);
      case "median" -> List.of(quantile(operation, graph, 0, Rank.LOWER));
      case "percentile" -> List.of(quantile(operation, graph, 1, Rank.BETWEEN));
      case "cumProd" -> List.of(runningProduct(operation, graph));
      case "cumSum" -> {
        int axis = operation.count() == 0 ? 0 : x.axis(operation.integer(0));
        Tensor typed = Nodes.cast(graph, x, operation.result().type());
        Tensor axisTensor = graph.scalar(DataType.INT64, axis);
        yield List.of(graph.node("CumSum", List.of(typed, axisTensor), operation.result()));
      }
      default -> List.of(difference(operation, graph));
    };
  }

  private static Tensor position(Operation operation, OnnxGraph graph, String operator) {
    Tensor x = operation.receiver();
    boolean whole = operation.count() == 0;
    x = whole ? Nodes.flat(graph, x) : x;
    int axis = whole ? 0 : x.axis(operation.integer(0));
    Tensor place = position(graph, operator, x, axis);
    if (!x.dataType().isFloating()) {
      return place;
    }
    // PyTorch takes the first that is no number, runtimes pass over it
    // in floats, as CUDA has no ArgMax of integers
    Tensor nan = Nodes.cast(graph, Nodes.isNan(graph, x), DataType.FLOAT32);
    Tensor any = Nodes.reduce(graph, "ReduceMax", nan, new int[] {axis}, false);
    return Nodes.where(
        graph,
        Nodes.cast(graph, any, DataType.BOOLEAN),
        position(graph, "ArgMax", nan, axis),
        place);
  }

  private static Tensor position(OnnxGraph graph, String operator, Tensor x, int axis) {
    List<Dim> dims = new ArrayList<>(x.dims());
    dims.remove(axis);
    return graph.node(
        operator,
        List.of(x),
        new TensorType(DataType.INT64, dims),
        Attributes.of("axis", axis).and("keepdims", 0));
  }

  private static List<Tensor> topK(OnnxGraph graph, Tensor x, Dim k, int axis, boolean largest) {
    List<Dim> dims = new ArrayList<>(x.dims());
    dims.set(axis, k);
    return graph.nodes(
        "TopK",
        List.of(x, Nodes.shape(graph, List.of(k))),
        List.of(x.type().with(dims), new TensorType(DataType.INT64, dims)),
        Attributes.of("axis", axis).and("largest", largest ? 1 : 0).and("sorted", 1));
  }

  /** DJL turns the ascending order round for the descending one. */
  private static List<Tensor> argSort(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    int axis = x.axis(operation.integer(0));
    Tensor ascending = topK(graph, x, x.dim(axis), axis, false).get(1);
    if (operation.flag(1)) {
      return List.of(ascending);
    }
    return List.of(
        graph.node(
            "Slice",
            List.of(
                ascending,
                graph.longs(-1),
                graph.longs(Long.MIN_VALUE),
                graph.longs(axis),
                graph.longs(-1)),
            ascending.type()));
  }

  private enum Rank {
    /** The lower of the two middle elements, as PyTorch's median. */
    LOWER,
    /** Between the two nearest elements, as PyTorch's quantile. */
    BETWEEN
  }

  private static Tensor quantile(Operation operation, OnnxGraph graph, int axes, Rank rank) {
    Tensor x = operation.receiver();
    int axis = operation.count() > axes ? x.axis(operation.longs(axes)[0]) : x.rank() - 1;
    long size = x.dim(axis).fixed();
    Tensor sorted = topK(graph, x, Dim.of(size), axis, false).get(0);
    double place =
        rank == Rank.LOWER ? Math.floor((size - 1) / 2.0) : operation.number(0) / 100 * (size - 1);
    long below = (long) Math.floor(place);
    Tensor low = Nodes.squeeze(graph, Nodes.slice(graph, sorted, axis, below, below + 1), axis);
    if (place == below) {
      return low;
    }
    Tensor high =
        Nodes.squeeze(graph, Nodes.slice(graph, sorted, axis, below + 1, below + 2), axis);
    Tensor step = Nodes.binary(graph, "Mul", Nodes.binary(graph, "Sub", high, low), place - below);
    return Nodes.binary(graph, "Add", low, step);
  }

  /** ONNX has no running product: one product per element of the axis. */
  private static Tensor runningProduct(Operation operation, OnnxGraph graph) {
    Tensor x = Nodes.cast(graph, operation.receiver(), operation.result().type());
    int axis = x.axis(operation.integer(0));
    long size = x.dim(axis).fixed();
    List<Tensor> products = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Tensor element = Nodes.slice(graph, x, axis, i, i + 1L);
      products.add(i == 0 ? element : Nodes.binary(graph, "Mul", products.get(i - 1), element));
    }
    return products.size() == 1 ? products.get(0) : Nodes.concat(graph, products, axis);
  }

  private static Tensor difference(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    int axis = x.axis(operation.integer(1));
    for (int i = 0; i < operation.integer(0); i++) {
      Tensor after = Nodes.between(graph, x, axis, 1, 0);
      Tensor before = Nodes.between(graph, x, axis, 0, 1);
      x =
          x.dataType() == DataType.BOOLEAN
              ? Nodes.compare(graph, "Xor", after, before)
              : Nodes.binary(graph, "Sub", after, before);
    }
    return x;
  }
}
