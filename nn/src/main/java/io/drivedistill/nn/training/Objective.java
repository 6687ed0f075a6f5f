package io.drivedistill.nn.training;

import io.drivedistill.nn.Pass;

/**
 * What is minimised. Runs the model under autograd; arrays need not be closed, and numbers must not
 * be multiplied in with DJL's {@code mul(Number)} but with {@link io.drivedistill.nn.Scalars}.
 *
 * @param <T> inputs of one step
 */
@FunctionalInterface
public interface Objective<T> {
  /** The losses of one batch. */
  Losses losses(Pass pass, StepBatch<T> batch);
}
