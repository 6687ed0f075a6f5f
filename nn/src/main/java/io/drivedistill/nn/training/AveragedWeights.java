package io.drivedistill.nn.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.drivedistill.nn.Scalars;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Exponential moving average of weights. The decay rises as (1 + n)/(10 + n) after n updates until
 * it reaches its value, so that the first, random weights are soon forgotten. Must be called
 * outside autograd.
 */
final class AveragedWeights implements AutoCloseable {
  private final NDManager manager;
  private final double decay;
  private final Map<String, NDArray> weights;
  private final Map<String, NDArray> averages = new LinkedHashMap<>();

  AveragedWeights(Map<String, NDArray> weights, NDManager parent, double decay) {
    manager = parent.newSubManager();
    manager.setName("averaged weights");
    this.weights = weights;
    this.decay = decay;
    weights.forEach(
        (name, weight) -> {
          NDArray average = weight.stopGradient().duplicate();
          average.attach(manager);
          averages.put(name, average);
        });
  }

  /** Takes the weights of step {@code step} in. */
  void update(long step) {
    double share = 1 - Math.min(decay, (1.0 + step) / (10.0 + step));
    averages.forEach(
        (name, average) -> {
          try (NDArray difference = weights.get(name).sub(average);
              NDArray taken = Scalars.scale(difference, share)) {
            average.addi(taken);
          }
        });
  }

  Map<String, NDArray> averages() {
    return averages;
  }

  /** Overwrites the weights by their averages. */
  void moveIntoWeights() {
    averages.forEach((name, average) -> weights.get(name).set(new NDIndex("..."), average));
  }

  @Override
  public void close() {
    manager.close();
  }
}
