package io.drivedistill.nn.training;

import ai.djl.ndarray.NDManager;

/**
 * What an objective is given in one step.
 *
 * @param manager owns arrays made in this step; closed after it
 * @param step counted from 0
 * @param sampleIndices samples of the batch
 * @param seed of this step's own draws; the engine is seeded already
 * @param input what the {@link BatchSource} read
 */
@SuppressWarnings("ArrayRecordComponent") // Read by the objective, never compared.
public record StepBatch<T>(NDManager manager, long step, int[] sampleIndices, long seed, T input) {}
