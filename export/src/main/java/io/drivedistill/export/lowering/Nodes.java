package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** ONNX operators that lowerings are made of, with the type of each result worked out. */
public final class Nodes {
  private Nodes() {}

  /** The tensor as another element type; itself if it is of that type. */
  public static Tensor cast(OnnxGraph graph, Tensor tensor, DataType type) {
    return graph.cast(tensor, type);
  }

  /** An operator on one tensor that keeps its type. */
  public static Tensor unary(OnnxGraph graph, String operator, Tensor tensor) {
    return graph.node(operator, List.of(tensor), tensor.type());
  }

  /** An operator on two tensors of one element type, with broadcasting. */
  public static Tensor binary(OnnxGraph graph, String operator, Tensor a, Tensor b) {
    return graph.node(
        operator, List.of(a, b), new TensorType(a.dataType(), broadcast(a.dims(), b.dims())));
  }

  /** An operator on a tensor and a number. */
  public static Tensor binary(OnnxGraph graph, String operator, Tensor a, double b) {
    return binary(graph, operator, a, graph.scalar(a.dataType(), b));
  }

  /** A power; the first and second without rounding, those of whole numbers wrap like products. */
  static Tensor power(OnnxGraph graph, Tensor tensor, double exponent) {
    if (exponent == 1) {
      return tensor;
    }
    boolean product = exponent == 2 || (exponent > 2 && tensor.dataType().isInteger());
    if (!product) {
      return binary(graph, "Pow", tensor, exponent);
    }
    Tensor half = power(graph, tensor, Math.floor(exponent / 2));
    Tensor even = binary(graph, "Mul", half, half);
    return exponent % 2 == 0 ? even : binary(graph, "Mul", even, tensor);
  }

  /** A comparison of two tensors of one element type, with broadcasting. */
  public static Tensor compare(OnnxGraph graph, String operator, Tensor a, Tensor b) {
    return graph.node(
        operator, List.of(a, b), new TensorType(DataType.BOOLEAN, broadcast(a.dims(), b.dims())));
  }

  /** Elements of a where the condition holds, else of b. */
  public static Tensor where(OnnxGraph graph, Tensor condition, Tensor a, Tensor b) {
    List<Dim> dims = broadcast(condition.dims(), broadcast(a.dims(), b.dims()));
    DataType type = a.dataType();
    // ONNX Runtime 1.29 chooses between no truths and no signed bytes
    boolean narrow = type == DataType.BOOLEAN || type == DataType.INT8;
    DataType computed = narrow ? DataType.INT32 : type;
    List<Tensor> operands = List.of(condition, cast(graph, a, computed), cast(graph, b, computed));
    return cast(graph, graph.node("Where", operands, new TensorType(computed, dims)), type);
  }

  /** Sizes after broadcasting. */
  public static List<Dim> broadcast(List<Dim> a, List<Dim> b) {
    int rank = Math.max(a.size(), b.size());
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      Dim first = i < rank - a.size() ? Dim.of(1) : a.get(i - rank + a.size());
      Dim second = i < rank - b.size() ? Dim.of(1) : b.get(i - rank + b.size());
      dims.add(first.is(1) ? second : first);
    }
    return dims;
  }

  /** A vector holding the given sizes at run time. */
  public static Tensor shape(OnnxGraph graph, List<Dim> dims) {
    if (dims.stream().allMatch(Dim::isFixed)) {
      return graph.longs(dims.stream().mapToLong(Dim::fixed).toArray());
    }
    List<Tensor> parts = new ArrayList<>();
    for (Dim dim : dims) {
      Tensor part = graph.longs(dim.isFixed() ? dim.fixed() : dim.factor());
      if (!dim.isFixed()) {
        part =
            dim.factor() == 1 ? graph.batchSize() : binary(graph, "Mul", graph.batchSize(), part);
        part = dim.offset() == 0 ? part : binary(graph, "Add", part, graph.longs(dim.offset()));
        part = dim.at(1) < 0 ? binary(graph, "Max", part, graph.longs(0)) : part;
      }
      parts.add(part);
    }
    return parts.size() == 1 ? parts.get(0) : concat(graph, parts, 0);
  }

  /** The same elements in another shape. */
  public static Tensor reshape(OnnxGraph graph, Tensor tensor, List<Dim> dims) {
    if (tensor.dims().equals(dims)) {
      return tensor;
    }
    boolean inferable = dims.stream().filter(dim -> !dim.isFixed()).count() == 1;
    Tensor shape =
        inferable
            ? graph.longs(
                dims.stream().mapToLong(dim -> dim.isFixed() ? dim.fixed() : -1).toArray())
            : shape(graph, dims);
    return graph.node("Reshape", List.of(tensor, shape), tensor.type().with(dims));
  }

  /** All elements along one axis. */
  public static Tensor flat(OnnxGraph graph, Tensor tensor) {
    Dim count = Dim.of(1);
    for (Dim dim : tensor.dims()) {
      count = dim.isFixed() ? count.times(dim.fixed()) : dim.times(count.fixed());
    }
    return reshape(graph, tensor, List.of(count));
  }

  /** Result axis i is axis {@code permutation[i]} of the tensor. */
  public static Tensor transpose(OnnxGraph graph, Tensor tensor, int... permutation) {
    boolean identity = true;
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < permutation.length; i++) {
      identity &= permutation[i] == i;
      dims.add(tensor.dim(permutation[i]));
    }
    return identity
        ? tensor
        : graph.node(
            "Transpose",
            List.of(tensor),
            tensor.type().with(dims),
            Attributes.of("perm", Arrays.stream(permutation).asLongStream().toArray()));
  }

  /** Moves one axis to another place and keeps the order of the rest. */
  public static Tensor moveAxis(OnnxGraph graph, Tensor tensor, int from, int to) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < tensor.rank(); i++) {
      if (i != from) {
        order.add(i);
      }
    }
    order.add(to, from);
    return transpose(graph, tensor, order.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Adds axes of size one, counted in the result. */
  public static Tensor unsqueeze(OnnxGraph graph, Tensor tensor, int... axes) {
    if (axes.length == 0) {
      return tensor;
    }
    List<Dim> dims = new ArrayList<>(tensor.dims());
    Arrays.stream(axes).sorted().forEach(axis -> dims.add(axis, Dim.of(1)));
    return graph.node(
        "Unsqueeze",
        List.of(tensor, graph.longs(Arrays.stream(axes).asLongStream().toArray())),
        tensor.type().with(dims));
  }

  /** Takes axes of size one away. */
  public static Tensor squeeze(OnnxGraph graph, Tensor tensor, int... axes) {
    if (axes.length == 0) {
      return tensor;
    }
    List<Dim> dims = new ArrayList<>(tensor.dims());
    TreeSet<Integer> descending = new TreeSet<>();
    Arrays.stream(axes).forEach(descending::add);
    descending.descendingSet().forEach(axis -> dims.remove((int) axis));
    return graph.node(
        "Squeeze",
        List.of(tensor, graph.longs(Arrays.stream(axes).asLongStream().toArray())),
        tensor.type().with(dims));
  }

  /** Positions {@code from} (inclusive) to {@code to} (exclusive) of one axis of fixed size. */
  public static Tensor slice(OnnxGraph graph, Tensor tensor, int axis, long from, long to) {
    List<Dim> dims = new ArrayList<>(tensor.dims());
    dims.set(axis, Dim.of(to - from));
    return graph.node(
        "Slice",
        List.of(tensor, graph.longs(from), graph.longs(to), graph.longs(axis)),
        tensor.type().with(dims));
  }

  /** What is left of one axis, fixed or not, without some elements in front and some behind. */
  static Tensor between(OnnxGraph graph, Tensor tensor, int axis, long front, long behind) {
    List<Dim> dims = new ArrayList<>(tensor.dims());
    dims.set(axis, tensor.dim(axis).plus(Dim.of(-front - behind)));
    long end = behind == 0 ? Long.MAX_VALUE : -behind;
    return graph.node(
        "Slice",
        List.of(tensor, graph.longs(front), graph.longs(end), graph.longs(axis)),
        tensor.type().with(dims));
  }

  /** The first elements of every axis: as many as the given sizes. */
  static Tensor leading(OnnxGraph graph, Tensor tensor, List<Dim> dims) {
    if (tensor.dims().equals(dims)) {
      return tensor;
    }
    long[] start = new long[tensor.rank()];
    return graph.node(
        "Slice", List.of(tensor, graph.longs(start), shape(graph, dims)), tensor.type().with(dims));
  }

  /** Where a float is not a number. */
  static Tensor isNan(OnnxGraph graph, Tensor tensor) {
    return graph.node("IsNaN", List.of(tensor), tensor.type().with(DataType.BOOLEAN));
  }

  /** Tensors one after another along an axis. */
  public static Tensor concat(OnnxGraph graph, List<Tensor> tensors, int axis) {
    Tensor first = tensors.get(0);
    List<Dim> dims = new ArrayList<>(first.dims());
    dims.set(axis, tensors.stream().map(tensor -> tensor.dim(axis)).reduce(Dim.of(0), Dim::plus));
    return graph.node("Concat", tensors, first.type().with(dims), Attributes.of("axis", axis));
  }

  /** Broadcasts to sizes that are at least those of the tensor. */
  public static Tensor expand(OnnxGraph graph, Tensor tensor, List<Dim> dims) {
    if (tensor.dims().equals(dims)) {
      return tensor;
    }
    List<Dim> wanted = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      int own = i - dims.size() + tensor.rank();
      // Expand keeps an axis whose wanted size is one, so a batch axis needs no run-time shape
      boolean kept = own >= 0 && tensor.dim(own).equals(dims.get(i));
      wanted.add(kept ? Dim.of(1) : dims.get(i));
    }
    return graph.node("Expand", List.of(tensor, shape(graph, wanted)), tensor.type().with(dims));
  }

  /** Matrix product with broadcast leading axes; both operands have at least two axes. */
  public static Tensor matMul(OnnxGraph graph, Tensor a, Tensor b) {
    List<Dim> lead =
        broadcast(a.dims().subList(0, a.rank() - 2), b.dims().subList(0, b.rank() - 2));
    List<Dim> dims = new ArrayList<>(lead);
    dims.add(a.dim(-2));
    dims.add(b.dim(-1));
    return graph.node("MatMul", List.of(a, b), a.type().with(dims));
  }

  /** Slices of the data at the given positions of one axis; positions may be negative. */
  public static Tensor gather(OnnxGraph graph, Tensor data, Tensor positions, int axis) {
    List<Dim> dims = new ArrayList<>(data.dims().subList(0, axis));
    dims.addAll(positions.dims());
    dims.addAll(data.dims().subList(axis + 1, data.rank()));
    return graph.node(
        "Gather", List.of(data, positions), data.type().with(dims), Attributes.of("axis", axis));
  }

  /** A reduction such as ReduceSum; no axes means all. */
  public static Tensor reduce(
      OnnxGraph graph, String operator, Tensor tensor, int[] axes, boolean keep) {
    boolean all = axes.length == 0;
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < tensor.rank(); i++) {
      int axis = i;
      boolean gone =
          all || Arrays.stream(axes).anyMatch(candidate -> tensor.axis(candidate) == axis);
      if (!gone) {
        dims.add(tensor.dim(i));
      } else if (keep) {
        dims.add(Dim.of(1));
      }
    }
    List<Tensor> operands = new ArrayList<>(List.of(tensor));
    if (!all) {
      operands.add(graph.longs(Arrays.stream(axes).mapToLong(axis -> tensor.axis(axis)).toArray()));
    }
    return graph.node(
        operator, operands, tensor.type().with(dims), Attributes.of("keepdims", keep ? 1 : 0));
  }
}
