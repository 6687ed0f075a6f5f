package io.drivedistill.nn.training;

/** The learning rate of each step. */
@FunctionalInterface
public interface LearningRate {
  /**
   * @param step counted from 0
   */
  double at(long step);

  /** The same at every step. */
  static LearningRate constant(double value) {
    return step -> value;
  }

  /**
   * Rises linearly, {@code peak·(step + 1)/warmupSteps}, then falls along half a cosine that would
   * reach zero at {@code steps}.
   */
  static LearningRate warmupThenCosine(double peak, long warmupSteps, long steps) {
    return step -> {
      if (step < warmupSteps) {
        return peak * (step + 1) / warmupSteps;
      }
      double done = (double) (step - warmupSteps) / Math.max(1, steps - warmupSteps);
      return peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
    };
  }
}
