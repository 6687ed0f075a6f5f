package io.drivedistill.nn.training;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one step did.
 *
 * @param step counted from 0
 * @param learningRate of this step, before the groups' factors
 * @param gradientNorm global L2 norm before clipping
 * @param loss the weighted sum
 * @param terms unweighted terms in the objective's order
 * @param metrics other numbers in the objective's order
 */
@JsonPropertyOrder({"step", "learningRate", "gradientNorm", "loss", "terms", "metrics"})
public record StepReport(
    long step,
    double learningRate,
    double gradientNorm,
    double loss,
    Map<String, Double> terms,
    Map<String, Double> metrics) {
  /** Copies the maps, keeping their order. */
  public StepReport {
    terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}
