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
    Tensor x = operation.receiver();
    return List.of(
        switch (operation.name()) {
          case "maxPool" -> maximum(operation, graph);
          case "avgPool" -> average(operation, graph, x, 0, operation.flag(3));
          case "lpPool" -> lpPool(operation, graph);
          case "globalMaxPool" -> global(graph, "GlobalMaxPool", x);
          case "globalLpPool" -> globalLpPool(operation, graph);
          default -> global(graph, "GlobalAveragePool", x);
        });
  }

  /** Runtimes do not agree how many windows may overhang the end, so padding says it. */
  private static Tensor maximum(Operation operation, OnnxGraph graph) {
    long[] padding = operation.longs(2);
    long[] after =
        operation.flag(3)
            ? windows(operation, 0, padding).stream().mapToLong(Windows::after).toArray()
            : padding;
    Attributes attributes =
        Attributes.of("kernel_shape", operation.longs(0))
            .and("strides", operation.longs(1))
            .and("pads", LongStream.concat(LongStream.of(padding), LongStream.of(after)).toArray());
    return graph.node("MaxPool", List.of(operation.receiver()), operation.result(), attributes);
  }

  /**
   * DJL counts padding, whatever its argument says. Windows that overhang the end count only what
   * the padding covers, which runtimes do not agree upon: they are padded by hand, averaged over
   * their whole length and corrected by a constant.
   *
   * @param first argument that holds the window, followed by its stride and padding
   */
  private static Tensor average(
      Operation operation, OnnxGraph graph, Tensor x, int first, boolean overhanging) {
    long[] padding =
        operation.name().equals("avgPool")
            ? operation.longs(first + 2)
            : new long[operation.longs(first).length];
    Attributes attributes =
        Attributes.of("kernel_shape", operation.longs(first))
            .and("strides", operation.longs(first + 1))
            .and("count_include_pad", 1);
    if (!overhanging) {
      return graph.node(
          "AveragePool",
          List.of(x),
          operation.result(),
          attributes.and("pads", Convolutions.bothEnds(padding)));
    }
    List<Windows> windows = windows(operation, first, padding);
    long[] pads = new long[2 * x.rank()];
    List<Dim> dims = new ArrayList<>(x.dims());
    for (int i = 0; i < windows.size(); i++) {
      Windows axis = windows.get(i);
      pads[i + 2] = axis.padding();
      pads[x.rank() + i + 2] = axis.after();
      dims.set(i + 2, Dim.of(axis.size() + axis.padding() + axis.after()));
    }
    Tensor wide =
        graph.node(
            "Pad",
            List.of(x, graph.longs(pads), graph.scalar(x.dataType(), 0)),
            x.type().with(dims));
    Tensor corrected = graph.node("AveragePool", List.of(wide), operation.result(), attributes);
    for (int i = 0; i < windows.size(); i++) {
      double[] factors = windows.get(i).factors();
      long[] shape = LongStream.generate(() -> 1).limit(windows.size()).toArray();
      shape[i] = factors.length;
      Tensor factor = graph.numbers(x.dataType(), factors, shape);
      corrected = Nodes.binary(graph, "Mul", corrected, factor);
    }
    return corrected;
  }

  private static List<Windows> windows(Operation operation, int first, long[] padding) {
    List<Windows> windows = new ArrayList<>();
    for (int i = 0; i < padding.length; i++) {
      windows.add(
          new Windows(
              operation.receiver().dim(i + 2).fixed(),
              operation.longs(first)[i],
              operation.longs(first + 1)[i],
              padding[i],
              operation.result().dims().get(i + 2).fixed()));
    }
    return windows;
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

  /**
   * The root of the sum of powers, which PyTorch takes from the average and without magnitudes: a
   * negative number stays negative under an odd power.
   */
  private static Tensor lpPool(Operation operation, OnnxGraph graph) {
    double order = operation.number(0);
    Tensor powers = Nodes.power(graph, operation.receiver(), order);
    Tensor mean = average(operation, graph, powers, 1, operation.flag(4));
    long count = LongStream.of(operation.longs(1)).reduce(1, (a, b) -> a * b);
    return Nodes.power(graph, Nodes.binary(graph, "Mul", mean, count), 1 / order);
  }

  private static Tensor globalLpPool(Operation operation, OnnxGraph graph) {
    double order = operation.number(0);
    Tensor x = operation.receiver();
    Tensor mean = global(graph, "GlobalAveragePool", Nodes.power(graph, x, order));
    long count =
        x.dims().subList(2, x.rank()).stream().mapToLong(Dim::fixed).reduce(1, (a, b) -> a * b);
    return Nodes.power(graph, Nodes.binary(graph, "Mul", mean, count), 1 / order);
  }

  /** DJL drops the pooled axes. */
  private static Tensor global(OnnxGraph graph, String operator, Tensor x) {
    List<Dim> dims = new ArrayList<>(x.dims().subList(0, 2));
    dims.addAll(Collections.nCopies(x.rank() - 2, Dim.of(1)));
    Tensor pooled = graph.node(operator, List.of(x), new TensorType(x.dataType(), dims));
    return Nodes.squeeze(graph, pooled, IntStream.range(2, x.rank()).toArray());
  }
}
