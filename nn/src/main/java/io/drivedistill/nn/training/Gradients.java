package io.drivedistill.nn.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.Map;

/** The gradient of all parameters as one long vector. */
public final class Gradients {
  /** Keeps the division finite, PyTorch's value. */
  private static final double EPSILON = 1e-6;

  private Gradients() {}

  /** The global L2 norm; NaN or infinite if any element is. */
  public static double norm(Map<String, NDArray> gradients) {
    if (gradients.isEmpty()) {
      return 0;
    }
    NDList norms = new NDList(gradients.size());
    for (NDArray gradient : gradients.values()) {
      norms.add(gradient.norm());
    }
    NDArray all = NDArrays.stack(norms);
    NDArray norm = all.norm();
    double value = norm.getFloat();
    norm.close();
    all.close();
    norms.close();
    return value;
  }

  /**
   * The factor that brings a gradient of this norm down to the limit, 1 if it is within.
   *
   * @param limit largest norm allowed; 0 means unlimited
   */
  public static double clipFactor(double norm, double limit) {
    return limit == 0 ? 1 : Math.min(1, limit / (norm + EPSILON));
  }
}
