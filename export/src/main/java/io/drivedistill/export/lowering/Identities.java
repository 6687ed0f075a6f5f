package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import java.util.List;
import java.util.Set;

/** Operations that change nothing at inference, and changes of the element type. */
final class Identities implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of("duplicate", "stopGradient", "toDevice", "toDense", "dropout", "toType");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    if (operation.name().equals("dropout") && operation.flag(2)) {
      throw operation.unsupported(
          "is switched on", "Maybe the block ignores the training argument of forward.");
    }
    return List.of(Nodes.cast(graph, operation.receiver(), operation.result().type()));
  }
}
