package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.graph.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Pooling over windows and over whole maps. */
final class Pooling implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of("maxPool", "avgPool", "lpPool", "globalMaxPool", "globalAvgPool", "globalLpPool");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    return List.of(
        switch (operation.name()) {
          case "maxPool" -> window(operation, graph, "MaxPool", windowOf(operation, 0));
          case "avgPool" -> average(operation, graph);
          case "lpPool" -> lpPool(operation, graph);
          case "globalMaxPool" -> global(operation, graph, "GlobalMaxPool", Attributes.none());
          case "globalLpPool" ->
              global(
                  operation,
                  graph,
                  "GlobalLpPool",
                  Attributes.of("p", wholeOrder(operation, false)));
          default -> global(operation, graph, "GlobalAveragePool", Attributes.none());
        });
  }

  private static Attributes windowOf(Operation operation, int first) {
    return Attributes.of("kernel_shape", operation.longs(first))
        .and("strides", operation.longs(first + 1))
        .and("pads", Convolutions.bothEnds(operation.longs(first + 2)))
        .and("ceil_mode", operation.flag(first + 3) ? 1 : 0);
  }

  private static Tensor window(
      Operation operation, OnnxGraph graph, String operator, Attributes attributes) {
    return graph.node(operator, List.of(operation.receiver()), operation.result(), attributes);
  }

  /**
   * DJL counts padding, whatever its argument says. Windows that overhang the end count only what
   * the padding covers, which runtimes do not agree upon: they are padded by hand, averaged over
   * their whole length and corrected by a constant.
   */
  private static Tensor average(Operation operation, OnnxGraph graph) {
    if (!operation.flag(3)) {
      Attributes attributes = windowOf(operation, 0).and("count_include_pad", 1);
      return window(operation, graph, "AveragePool", attributes);
    }
    Tensor x = operation.receiver();
    int axes = x.rank() - 2;
    long[] pads = new long[2 * x.rank()];
    List<Dim> dims = new ArrayList<>(x.dims());
    List<double[]> factors = new ArrayList<>();
    for (int i = 0; i < axes; i++) {
      Windows windows =
          new Windows(
              x.dim(i + 2).fixed(),
              operation.longs(0)[i],
              operation.longs(1)[i],
              operation.longs(2)[i],
              operation.result().dims().get(i + 2).fixed());
      pads[i + 2] = windows.padding();
      pads[x.rank() + i + 2] = windows.after();
      dims.set(i + 2, Dim.of(x.dim(i + 2).fixed() + windows.padding() + windows.after()));
      factors.add(windows.factors());
    }
    Tensor wide =
        graph.node(
            "Pad",
            List.of(x, graph.longs(pads), graph.scalar(x.dataType(), 0)),
            x.type().with(dims));
    Attributes attributes =
        Attributes.of("kernel_shape", operation.longs(0))
            .and("strides", operation.longs(1))
            .and("count_include_pad", 1);
    Tensor pooled = graph.node("AveragePool", List.of(wide), operation.result(), attributes);
    Tensor corrected = pooled;
    for (int i = 0; i < axes; i++) {
      long[] shape = LongStream.range(0, axes).map(axis -> 1).toArray();
      shape[i] = factors.get(i).length;
      Tensor factor = graph.numbers(x.dataType(), factors.get(i), shape);
      corrected = Nodes.binary(graph, "Mul", corrected, factor);
    }
    return corrected;
  }

  /** The windows of one axis. */
  private record Windows(long size, long kernel, long stride, long padding, long count) {
    /** Padding behind the last element, so that every window is whole. */
    long after() {
      return Math.max(0, (count - 1) * stride + kernel - size - padding);
    }

    /** Window length over the number of elements that the average is taken over. */
    double[] factors() {
      double[] factors = new double[Math.toIntExact(count)];
      for (int i = 0; i < factors.length; i++) {
        long begin = i * stride - padding;
        factors[i] = (double) kernel / (Math.min(begin + kernel, size + padding) - begin);
      }
      return factors;
    }
  }

  private static Tensor lpPool(Operation operation, OnnxGraph graph) {
    long order = wholeOrder(operation, operation.flag(4));
    return window(
        operation,
        graph,
        "LpPool",
        Attributes.of("kernel_shape", operation.longs(1))
            .and("strides", operation.longs(2))
            .and("p", order));
  }

  private static long wholeOrder(Operation operation, boolean ceiling) {
    double order = operation.number(0);
    if (order != Math.rint(order) || ceiling) {
      throw operation.unsupported(
          "has order " + order + " and ceil mode " + ceiling,
          "Maybe use a whole order and floor mode, the only ones ONNX can say.");
    }
    return (long) order;
  }

  /** DJL drops the pooled axes. */
  private static Tensor global(
      Operation operation, OnnxGraph graph, String operator, Attributes attributes) {
    Tensor x = operation.receiver();
    List<Dim> dims = new ArrayList<>(x.dims().subList(0, 2));
    dims.addAll(Collections.nCopies(x.rank() - 2, Dim.of(1)));
    Tensor pooled =
        graph.node(operator, List.of(x), new TensorType(x.dataType(), dims), attributes);
    return Nodes.squeeze(graph, pooled, IntStream.range(2, x.rank()).toArray());
  }
}
