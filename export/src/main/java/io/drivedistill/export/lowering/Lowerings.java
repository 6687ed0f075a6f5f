package io.drivedistill.export.lowering;

import io.drivedistill.core.DriveDistillException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The operations the exporter can say in ONNX. Immutable. */
public final class Lowerings {
  private final Map<String, Lowering> byOperation;

  private Lowerings(Map<String, Lowering> byOperation) {
    this.byOperation = Map.copyOf(byOperation);
  }

  /** Every family this module knows. */
  public static Lowerings standard() {
    Lowerings lowerings = new Lowerings(Map.of());
    for (Lowering family :
        List.of(
            new Identities(),
            new Arithmetic(),
            new Elementwise(),
            new Activations(),
            new Comparisons(),
            new Reductions(),
            new ShapeChanges(),
            new Indexing(),
            new Joining(),
            new MatrixProducts(),
            new Convolutions(),
            new Pooling(),
            new Normalizations(),
            new Lookups(),
            new Ordering(),
            new Resizing(),
            new GridSampling(),
            new Recurrent())) {
      lowerings = lowerings.with(family);
    }
    return lowerings;
  }

  /** These and one more family, which wins where both know an operation. */
  public Lowerings with(Lowering family) {
    Map<String, Lowering> more = new LinkedHashMap<>(byOperation);
    family.operations().forEach(operation -> more.put(operation, family));
    return new Lowerings(more);
  }

  /** All operations that can be exported. */
  public Set<String> operations() {
    return byOperation.keySet();
  }

  /**
   * The family that says the operation.
   *
   * @throws DriveDistillException if no family knows the operation
   */
  public Lowering of(Operation operation) {
    Lowering lowering = byOperation.get(operation.name());
    if (lowering == null) {
      throw operation.unsupported(
          Refusals.reasonAgainst(operation.name()).orElse("has no ONNX lowering"),
          "Maybe write the step with other NDArray operations, or add one: implement "
              + Lowering.class.getName()
              + " for \""
              + operation.name()
              + "\" and pass Lowerings.standard().with(yours) to the exporter.");
    }
    return lowering;
  }
}
