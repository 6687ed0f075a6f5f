package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.nn.GridSample;
import java.util.List;
import java.util.Set;

/** Reading maps at fractional places. */
final class GridSampling implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of(GridSample.OPERATION);
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    return List.of(
        graph.node(
            "GridSample",
            List.of(operation.receiver(), operation.tensor(0)),
            operation.result(),
            Attributes.of("mode", "linear").and("padding_mode", "zeros").and("align_corners", 0)));
  }
}
