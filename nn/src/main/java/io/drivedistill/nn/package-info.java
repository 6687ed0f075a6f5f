/**
 * Blocks on DJL with published parameter names, and what is needed to run and train them safely.
 *
 * <p>Four rules keep results right and memory flat (measured in SPEC-djl 2.1, 3 and 4):
 *
 * <ul>
 *   <li>Numbers enter trained code through {@link io.drivedistill.nn.Scalars}, Java values through
 *       {@link io.drivedistill.nn.Constants}; never through {@code mul/div/pow/maximum/minimum
 *       (Number)}, whose memory autograd may read after it was freed.
 *   <li>A backward pass happens in {@link io.drivedistill.nn.Backpropagation}, of which the engine
 *       allows one at a time; a training is a {@link io.drivedistill.nn.training.TrainingLoop}.
 *   <li>Everything else runs in {@link io.drivedistill.nn.Inference}, because every new thread
 *       records graphs until told otherwise.
 *   <li>Arrays of a step live in the step's manager. Results of operations belong to the manager of
 *       their first operand, so the activation comes first, never the weight.
 * </ul>
 */
package io.drivedistill.nn;
