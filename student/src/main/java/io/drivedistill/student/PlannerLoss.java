package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;

/** How far a planner's predictions are from what people did and what was annotated. */
public interface PlannerLoss {
  /**
   * @param predictions of {@link Student#predict}
   * @param targets by the names the student's targets have
   * @param labelled [B], 1 for samples with targets, 0 for samples without; those count nowhere
   */
  Parts of(Map<String, NDArray> predictions, Map<String, NDArray> targets, NDArray labelled);

  /**
   * The same for a loss that asks about the scenes themselves.
   *
   * @param batch that {@code predictions} were made from
   */
  default Parts of(Map<String, NDArray> predictions, StudentBatch batch) {
    return of(predictions, batch.targets(), batch.labelled());
  }

  /**
   * A loss and what it is made of.
   *
   * @param total scalar to be minimised
   * @param parts scalars by name, before their weights
   */
  record Parts(NDArray total, Map<String, NDArray> parts) {
    /** Keeps the order of the parts. */
    public Parts {
      parts = new LinkedHashMap<>(parts);
    }
  }
}
