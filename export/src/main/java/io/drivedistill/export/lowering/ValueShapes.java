package io.drivedistill.export.lowering;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.trace.ArrayIndex;
import io.drivedistill.export.trace.RecordedCall;
import java.util.Set;

/** Results whose shape only the values of the input tell. */
public final class ValueShapes {
  static final Set<String> OPERATIONS = Set.of("booleanMask", "nonzero", "unique");

  private ValueShapes() {}

  /** Whether the call gives one. */
  public static boolean givenBy(RecordedCall call) {
    return OPERATIONS.contains(call.name())
        || (call.name().equals("get")
            && call.arguments().stream()
                .anyMatch(argument -> argument instanceof ArrayIndex index && hasMask(index)));
  }

  static boolean hasMask(ArrayIndex index) {
    return index.elements().stream().anyMatch(ArrayIndex.Mask.class::isInstance);
  }

  /** The error about it. */
  public static DriveDistillException refusal(String operation, String site) {
    return new DriveDistillException(
        "The operation "
            + operation
            + " at "
            + site
            + " gives an array whose shape depends on the values of its input",
        "Maybe keep the shape fixed: use where, or multiply with the mask.");
  }
}
