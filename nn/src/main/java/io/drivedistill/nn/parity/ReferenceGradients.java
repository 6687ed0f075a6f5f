package io.drivedistill.nn.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.drivedistill.core.Safetensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The gradients of a fixture: whole ones as tensors {@code grad/NAME}, norms as {@code
 * gradient_l2_norms} in {@code config.json}, both with a prefix where there are several backward
 * passes.
 */
final class ReferenceGradients {
  private static final String GRADIENT = "grad/";
  private static final String GRADIENT_NORM = "gradnorm/";
  private static final String GRADIENT_NORMS = "gradient_l2_norms";

  private final Safetensors tensors;
  private final FixtureOptions options;
  private final Tolerance tolerance;

  ReferenceGradients(Safetensors tensors, FixtureOptions options, Tolerance tolerance) {
    this.tensors = tensors;
    this.options = options;
    this.tolerance = tolerance;
  }

  /** The parameters whose whole gradient is stored for a backward pass, by tensor. */
  Map<String, Parameter> stored(Map<String, Parameter> parameters, String phase) {
    Map<String, Parameter> found = new LinkedHashMap<>();
    String prefix = phase + GRADIENT;
    for (String tensor : tensors.names()) {
      Parameter parameter =
          tensor.startsWith(prefix) ? parameters.get(tensor.substring(prefix.length())) : null;
      if (parameter != null) {
        found.put(tensor, parameter);
      }
    }
    return found;
  }

  /** Names of all norms, of every backward pass. */
  List<String> norms() {
    List<String> keys = new ArrayList<>();
    if (options.has(GRADIENT_NORMS)) {
      options.tree(GRADIENT_NORMS).fieldNames().forEachRemaining(keys::add);
    }
    return keys;
  }

  /** Compares the norms of a backward pass. */
  List<Comparison> compareNorms(Map<String, Parameter> parameters, String phase) {
    String prefix = phase + GRADIENT_NORM;
    List<Comparison> comparisons = new ArrayList<>();
    for (String key : norms()) {
      if (key.startsWith(prefix)) {
        comparisons.add(compareNorm(key, parameters.get(key.substring(prefix.length()))));
      } else if (phase.isEmpty() && !key.contains(GRADIENT_NORM)) {
        comparisons.add(compareNorm(key, parameters.get(key)));
      }
    }
    return comparisons;
  }

  private Comparison compareNorm(String key, Parameter parameter) {
    if (parameter == null) {
      return Comparison.impossible(key, "the block has no parameter of this name");
    }
    try (NDArray gradient = parameter.getArray().getGradient();
        NDArray norm = gradient.norm()) {
      double[] expected = {options.tree(GRADIENT_NORMS).get(key).asDouble()};
      double[] found = {norm.getFloat()};
      return Comparison.between(key, found, expected, null, tolerance);
    }
  }
}
