package io.drivedistill.nn.training;

import java.io.IOException;

/**
 * Where the inputs of a step come from. Called on a background thread, one step after another, so
 * it makes plain Java values (arrays, records) and no engine arrays: those are made by the
 * objective, in the step's manager.
 *
 * @param <T> inputs of one step
 */
@FunctionalInterface
public interface BatchSource<T> {
  /**
   * Reads and prepares a batch. The result depends on the arguments alone.
   *
   * @param step counted from 0
   * @param sampleIndices samples of the batch
   * @param seed of random augmentation in this step
   */
  T read(long step, int[] sampleIndices, long seed) throws IOException;
}
