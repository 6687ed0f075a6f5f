package io.drivedistill.nn.training;

import ai.djl.ndarray.types.Shape;
import java.util.function.Predicate;

/** Which parameter is trained how. */
@FunctionalInterface
public interface ParameterGrouping {
  /** The group of a parameter. */
  ParameterGroup groupOf(String name, Shape shape);

  /** The same decay for all. */
  static ParameterGrouping uniform(double weightDecay) {
    ParameterGroup group = new ParameterGroup(1, weightDecay);
    return (name, shape) -> group;
  }

  /** Decay for matrices and filters; none for biases and the scales of normalisations. */
  static ParameterGrouping decayMatricesOnly(double weightDecay) {
    ParameterGroup matrices = new ParameterGroup(1, weightDecay);
    ParameterGroup vectors = new ParameterGroup(1, 0);
    return (name, shape) -> shape.dimension() > 1 ? matrices : vectors;
  }

  /** Multiplies the learning rate of some parameters, such as a pretrained trunk's. */
  default ParameterGrouping scaled(Predicate<String> names, double learningRateFactor) {
    return (name, shape) -> {
      ParameterGroup group = groupOf(name, shape);
      return names.test(name)
          ? new ParameterGroup(group.learningRateFactor() * learningRateFactor, group.weightDecay())
          : group;
    };
  }

  /** Takes the decay from some parameters, such as embeddings. */
  default ParameterGrouping undecayed(Predicate<String> names) {
    return (name, shape) -> {
      ParameterGroup group = groupOf(name, shape);
      return names.test(name) ? new ParameterGroup(group.learningRateFactor(), 0) : group;
    };
  }
}
