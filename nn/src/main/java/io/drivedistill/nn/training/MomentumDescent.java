package io.drivedistill.nn.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.Scalars;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum as PyTorch computes it: v ← μv + g, w ← w − ηv, without
 * dampening. Must be called outside autograd ({@link io.drivedistill.nn.Inference}).
 */
public final class MomentumDescent implements AutoCloseable {
  private final NDManager manager;
  private final double momentum;
  private final Map<String, NDArray> weights;
  private final Map<String, NDArray> velocities = new LinkedHashMap<>();

  /**
   * @param weights by name; changed in place
   * @param momentum μ
   */
  public MomentumDescent(Map<String, NDArray> weights, NDManager parent, double momentum) {
    manager = parent.newSubManager();
    this.momentum = momentum;
    this.weights = Map.copyOf(weights);
    weights.forEach(
        (name, weight) ->
            velocities.put(name, manager.zeros(weight.getShape(), weight.getDataType())));
  }

  /** One step; parameters without a gradient are left alone. */
  public void step(double learningRate, Map<String, NDArray> gradients) {
    velocities.forEach(
        (name, velocity) -> {
          NDArray gradient = gradients.get(name);
          if (gradient != null) {
            try (NDArray forgotten = Scalars.scale(velocity, 1 - momentum)) {
              velocity.subi(forgotten).addi(gradient);
            }
            try (NDArray change = Scalars.scale(velocity, learningRate)) {
              weights.get(name).subi(change);
            }
          }
        });
  }

  /** Frees the velocities. */
  @Override
  public void close() {
    manager.close();
  }
}
