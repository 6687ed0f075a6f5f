package io.drivedistill.export;

import ai.djl.ndarray.types.Shape;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.lowering.ValueShapes;
import io.drivedistill.export.trace.RecordedCall;
import io.drivedistill.export.trace.Recording;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Makes sure that what is read off two batch sizes holds for every other one. */
final class BatchGrowth {
  private BatchGrowth() {}

  /**
   * Compares the recordings. Sizes are a multiple of the batch in nearly every network; where one
   * is not, {@code batch + 1} or {@code batch · batch}, a third recording tells which.
   *
   * @param first at {@code batch}
   * @param second at {@code batch + 1}
   * @param third at {@code batch + 2}
   * @throws DriveDistillException if the paths differ or a size does not grow in even steps
   */
  static void check(Recording first, Recording second, Supplier<Recording> third, long batch) {
    boolean[] uneven = {false};
    SamePath.walk(
        first,
        second,
        (one, other, call) -> {
          if (call != null && ValueShapes.givenBy(call)) {
            throw ValueShapes.refusal(call.name(), call.site());
          }
          for (int i = 0; i < one.shape().dimension(); i++) {
            Dim dim = Dim.through(one.shape().get(i), other.shape().get(i), batch);
            uneven[0] |= !dim.isFixed() && dim.offset() != 0;
          }
        });
    if (uneven[0]) {
      Map<Integer, Shape> middle = new HashMap<>();
      SamePath.walk(first, second, (one, other, call) -> middle.put(one.id(), other.shape()));
      SamePath.walk(
          first,
          third.get(),
          (one, other, call) -> {
            for (int i = 0; i < one.shape().dimension(); i++) {
              long[] sizes = {
                one.shape().get(i), middle.get(one.id()).get(i), other.shape().get(i)
              };
              if (sizes[2] - sizes[1] != sizes[1] - sizes[0]) {
                throw growsOddly(sizes, batch, call);
              }
            }
          });
    }
  }

  private static DriveDistillException growsOddly(long[] sizes, long batch, RecordedCall call) {
    return new DriveDistillException(
        "A size of "
            + (call == null ? "an output" : "the arrays of " + call.name() + " at " + call.site())
            + " does not grow in even steps with the batch: it is "
            + Arrays.toString(sizes)
            + " at batch "
            + batch
            + ", "
            + (batch + 1)
            + " and "
            + (batch + 2),
        "Maybe keep the batch as an axis of its own, or export with a fixed batch size.");
  }
}
