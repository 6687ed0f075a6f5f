package io.drivedistill.distill;

import io.drivedistill.nn.training.TrainingPlan;

/**
 * How a network is trained; the experiment's seed completes it to a {@link TrainingPlan}.
 *
 * @param steps number of optimizer steps
 * @param batchSize samples per step
 * @param learningRate peak, reached after the warm-up; falls to zero along a half cosine
 * @param weightDecay of matrices and filters
 * @param warmupSteps steps of linear warm-up
 * @param gradientClipNorm largest global norm of the gradient; 0 means unlimited
 * @param checkpointEverySteps steps between checkpoints, from which a killed run continues
 * @param emaDecay share of the moving average of the weights that stays per step; 0 means none
 */
public record TrainingSettings(
    long steps,
    int batchSize,
    double learningRate,
    double weightDecay,
    long warmupSteps,
    double gradientClipNorm,
    long checkpointEverySteps,
    double emaDecay) {

  /** Checks the numbers as the plan does. */
  public TrainingSettings {
    new TrainingPlan(
        0,
        steps,
        batchSize,
        learningRate,
        weightDecay,
        warmupSteps,
        gradientClipNorm,
        checkpointEverySteps,
        emaDecay);
  }

  /** The plan of one training. */
  public TrainingPlan plan(long seed) {
    return new TrainingPlan(
        seed,
        steps,
        batchSize,
        learningRate,
        weightDecay,
        warmupSteps,
        gradientClipNorm,
        checkpointEverySteps,
        emaDecay);
  }
}
