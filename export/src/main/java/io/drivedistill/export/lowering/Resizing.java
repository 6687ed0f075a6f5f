package io.drivedistill.export.lowering;

import ai.djl.ndarray.types.DataType;
import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Interpolation as DJL's PyTorch engine does it: half-pixel centres and antialiasing, whatever the
 * align-corners argument says. Bilinear becomes one product with a constant matrix per axis, which
 * every runtime computes alike; antialiasing of the ONNX Resize operator differs between them.
 */
final class Resizing implements Lowering {
  private static final int NEAREST = 0;
  private static final int BILINEAR = 1;

  @Override
  public Set<String> operations() {
    return Set.of("interpolation", "resize");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    Tensor x = operation.receiver();
    if (operation.name().equals("interpolation")) {
      long[] size = operation.longs(0);
      return List.of(
          resize(operation, graph, x, (int) size[0], (int) size[1], operation.integer(1)));
    }
    boolean single = x.rank() == 3;
    Tensor image = Nodes.cast(graph, x, DataType.FLOAT32);
    image = single ? Nodes.unsqueeze(graph, image, 0) : image;
    image = Nodes.transpose(graph, image, 0, 3, 1, 2);
    image =
        resize(
            operation,
            graph,
            image,
            operation.integer(1),
            operation.integer(0),
            operation.integer(2));
    image = Nodes.transpose(graph, image, 0, 2, 3, 1);
    image = single ? Nodes.squeeze(graph, image, 0) : image;
    return List.of(Nodes.cast(graph, image, operation.result().type()));
  }

  private static Tensor resize(
      Operation operation, OnnxGraph graph, Tensor x, int height, int width, int mode) {
    if (mode == NEAREST) {
      List<Dim> dims = new ArrayList<>(x.dims().subList(0, 2));
      dims.addAll(Dim.each(height, width));
      return graph.node(
          "Resize",
          Arrays.asList(x, null, null, graph.longs(height, width)),
          x.type().with(dims),
          Attributes.of("mode", "nearest")
              .and("coordinate_transformation_mode", "asymmetric")
              .and("nearest_mode", "floor")
              .and("axes", new long[] {2, 3}));
    }
    if (mode != BILINEAR) {
      throw operation.unsupported(
          "interpolates in mode " + mode,
          "Maybe use nearest (0) or bilinear (1), the modes for which the result is the same in"
              + " ONNX.");
    }
    int rows = Math.toIntExact(x.dim(2).fixed());
    int columns = Math.toIntExact(x.dim(3).fixed());
    // columns of the right matrix are the weights of one target column
    Tensor right = Nodes.transpose(graph, matrix(graph, x.dataType(), columns, width), 1, 0);
    Tensor left = matrix(graph, x.dataType(), rows, height);
    return Nodes.matMul(graph, left, Nodes.matMul(graph, x, right));
  }

  /** Triangle weights [to, from], widened by the factor of a reduction (PyTorch antialias). */
  private static Tensor matrix(OnnxGraph graph, DataType type, int from, int to) {
    double scale = (double) from / to;
    double support = Math.max(1, scale);
    double[] matrix = new double[from * to];
    for (int i = 0; i < to; i++) {
      double centre = scale * (i + 0.5);
      int begin = Math.max(0, (int) (centre - support + 0.5));
      int end = Math.min(from, (int) (centre + support + 0.5));
      double total = 0;
      for (int j = begin; j < end; j++) {
        matrix[i * from + j] = Math.max(0, 1 - Math.abs((j - centre + 0.5) / support));
        total += matrix[i * from + j];
      }
      for (int j = begin; j < end; j++) {
        matrix[i * from + j] /= total;
      }
    }
    return graph.numbers(type, matrix, to, from);
  }
}
