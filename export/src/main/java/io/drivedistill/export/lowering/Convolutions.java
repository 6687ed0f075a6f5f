package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/** Convolution over one, two or three axes. */
final class Convolutions implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of("convolution");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    Tensor weight = operation.tensor(1);
    long[] kernel =
        weight.dims().subList(2, weight.rank()).stream().mapToLong(Dim::fixed).toArray();
    Attributes attributes =
        Attributes.of("kernel_shape", kernel)
            .and("strides", operation.longs(3))
            .and("pads", bothEnds(operation.longs(4)))
            .and("dilations", operation.longs(5))
            .and("group", operation.integer(6));
    Tensor bias = operation.tensor(2);
    List<Tensor> operands =
        bias == null
            ? List.of(operation.tensor(0), weight)
            : List.of(operation.tensor(0), weight, bias);
    return List.of(graph.node("Conv", operands, operation.result(), attributes));
  }

  static long[] bothEnds(long[] padding) {
    return LongStream.concat(LongStream.of(padding), LongStream.of(padding)).toArray();
  }
}
