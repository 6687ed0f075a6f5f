package io.drivedistill.nn.training;

import io.drivedistill.core.DriveDistillException;

/**
 * The numbers of a training run. Equal plans and seeds on equal data and thread counts give equal
 * weights.
 *
 * @param steps number of optimizer steps
 * @param batchSize samples per step
 * @param learningRate peak, reached after the warm-up; falls to zero along a half cosine
 * @param weightDecay of matrices and filters, decoupled; vectors do not decay
 * @param warmupSteps steps of linear warm-up
 * @param gradientClipNorm largest global L2 norm of the gradient; 0 means unlimited
 * @param checkpointEverySteps steps between checkpoints; 0 means only at the end
 * @param emaDecay share of the moving average of the weights that stays per step; 0 means none
 */
public record TrainingPlan(
    long steps,
    int batchSize,
    double learningRate,
    double weightDecay,
    long warmupSteps,
    double gradientClipNorm,
    long checkpointEverySteps,
    double emaDecay) {

  /**
   * Checks the numbers.
   *
   * @throws DriveDistillException naming the field that cannot be
   */
  public TrainingPlan {
    require(steps >= 1, "steps", steps, "at least 1");
    require(batchSize >= 1, "batchSize", batchSize, "at least 1");
    require(
        learningRate > 0 && Double.isFinite(learningRate), "learningRate", learningRate, "above 0");
    require(weightDecay >= 0, "weightDecay", weightDecay, "0 or more");
    require(
        warmupSteps >= 0 && warmupSteps <= steps, "warmupSteps", warmupSteps, "within the steps");
    require(gradientClipNorm >= 0, "gradientClipNorm", gradientClipNorm, "0 or more");
    require(checkpointEverySteps >= 0, "checkpointEverySteps", checkpointEverySteps, "0 or more");
    require(emaDecay >= 0 && emaDecay < 1, "emaDecay", emaDecay, "0 or more and below 1");
  }

  private static void require(boolean holds, String field, Number found, String expected) {
    if (!holds) {
      throw new DriveDistillException(
          "Training plan: " + field + " is " + found + ", expected " + expected,
          "Maybe the value of '" + field + "' in the experiment file is mistyped.");
    }
  }

  /** The plan as far as it decides on the weights. */
  TrainingPlan withoutCheckpoints() {
    return new TrainingPlan(
        steps, batchSize, learningRate, weightDecay, warmupSteps, gradientClipNorm, 0, emaDecay);
  }

  /** Warm-up and half cosine to zero. */
  public LearningRate schedule() {
    return LearningRate.warmupThenCosine(learningRate, warmupSteps, steps);
  }
}
