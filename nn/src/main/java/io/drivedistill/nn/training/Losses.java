package io.drivedistill.nn.training;

import ai.djl.ndarray.NDArray;
import io.drivedistill.nn.Scalars;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * The terms of a step's loss in their order, and numbers to be logged beside them.
 *
 * <pre>{@code
 * return new Losses().term("trajectory", l1).term("features", 0.5, mse).metric("accuracy", share);
 * }</pre>
 */
public final class Losses {
  private final Map<String, NDArray> terms = new LinkedHashMap<>();
  private final Map<String, DoubleSupplier> metrics = new LinkedHashMap<>();
  private NDArray total;

  /** Adds a term with weight one. */
  public Losses term(String name, NDArray value) {
    return term(name, 1, value);
  }

  /**
   * Adds a term. Its own value is logged, its weighted value counts.
   *
   * @param value scalar
   */
  public Losses term(String name, double weight, NDArray value) {
    if (value.getShape().size() != 1 || terms.put(name, value) != null) {
      throw new IllegalArgumentException(
          "Loss term '" + name + "' has shape " + value.getShape() + " or was given before");
    }
    NDArray weighted = weight == 1 ? value : Scalars.scale(value, weight);
    total = total == null ? weighted : total.add(weighted);
    return this;
  }

  /** Adds a number that is logged but not minimised. */
  public Losses metric(String name, double value) {
    metrics.put(name, () -> value);
    return this;
  }

  /** Adds a scalar array that is logged but not minimised. */
  public Losses metric(String name, NDArray value) {
    NDArray constant = value.stopGradient();
    metrics.put(name, constant::getFloat);
    return this;
  }

  NDArray total() {
    if (total == null) {
      throw new IllegalStateException("The objective gave no loss term");
    }
    return total;
  }

  Map<String, Double> termValues() {
    Map<String, Double> values = new LinkedHashMap<>();
    terms.forEach((name, value) -> values.put(name, (double) value.getFloat()));
    return values;
  }

  Map<String, Double> metricValues() {
    Map<String, Double> values = new LinkedHashMap<>();
    metrics.forEach((name, value) -> values.put(name, value.getAsDouble()));
    return values;
  }
}
