package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/** Kullback-Leibler divergence of a student's distribution from its teacher's. */
public final class KlDivergence {
  private KlDivergence() {}

  /**
   * T²·KL(softmax(t/T) ‖ softmax(s/T)), the mean over all distributions (Hinton et al. 2015). The
   * factor T² keeps the gradient's size when T changes. No gradient flows to the teacher.
   *
   * @param teacherLogits [..., K]
   * @param studentLogits [..., K]
   * @param temperature T, positive; more than 1 shows the student what the teacher nearly chose
   */
  public static NDArray mean(NDArray teacherLogits, NDArray studentLogits, double temperature) {
    return Scalars.scale(
        perDistribution(teacherLogits, studentLogits, temperature).mean(),
        temperature * temperature);
  }

  /**
   * KL(softmax(t/T) ‖ softmax(s/T)) without the factor T².
   *
   * @return [...], one value per distribution
   */
  public static NDArray perDistribution(
      NDArray teacherLogits, NDArray studentLogits, double temperature) {
    NDArray teacher = Scalars.scale(teacherLogits.stopGradient(), 1 / temperature).logSoftmax(-1);
    NDArray student = Scalars.scale(studentLogits, 1 / temperature).logSoftmax(-1);
    return teacher.exp().mul(teacher.sub(student)).sum(new int[] {-1});
  }
}
