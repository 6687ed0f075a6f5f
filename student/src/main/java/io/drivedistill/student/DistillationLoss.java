package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.drivedistill.nn.KlDivergence;
import io.drivedistill.nn.Scalars;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Loss of a student that drives and imitates its teacher at once:
 *
 * <pre>planner · L + codes · τ²·KL(softmax(t/τ) ‖ softmax(s/τ)) + features · d(f_t, f_s)</pre>
 *
 * <p>Samples without targets count only in the last two terms, samples without teacher only in the
 * first; so scenes that nobody labelled still teach.
 */
public final class DistillationLoss {
  /** Name of the code term among the parts. */
  public static final String CODES = "codes";

  /** Name of the feature term among the parts. */
  public static final String FEATURES = "features";

  private static final double VARIANCE_FLOOR = 1e-5;

  private final PlannerLoss planner;
  private final Weights weights;

  /** How features are compared after each vector is normalised to mean 0 and variance 1. */
  public enum FeatureDistance {
    /** Mean squared difference. */
    SQUARED,
    /** Quadratic up to a difference of 1, linear beyond. */
    SMOOTH_L1
  }

  /**
   * What each term counts.
   *
   * @param planner weight of the planner's own loss
   * @param codes weight of the divergence of code distributions
   * @param temperature τ
   * @param features weight of the feature distance
   * @param featureDistance how features are compared
   */
  public record Weights(
      double planner,
      double codes,
      double temperature,
      double features,
      FeatureDistance featureDistance) {
    /** Checks the numbers. */
    public Weights {
      if (planner < 0 || codes < 0 || features < 0 || !(temperature > 0)) {
        throw new IllegalArgumentException(
            "weights must not be negative and the temperature must be positive, got planner "
                + planner
                + ", codes "
                + codes
                + ", features "
                + features
                + ", temperature "
                + temperature);
      }
    }
  }

  public DistillationLoss(PlannerLoss planner, Weights weights) {
    this.planner = planner;
    this.weights = weights;
  }

  /**
   * @param batch with the targets and teacher signals that {@code output} was made from
   */
  public PlannerLoss.Parts of(StudentOutput output, StudentBatch batch) {
    PlannerLoss.Parts planned = planner.of(output.predictions(), batch);
    NDArray total = Scalars.scale(planned.total(), weights.planner());
    Map<String, NDArray> parts = new LinkedHashMap<>(planned.parts());
    if (output.imitation().isPresent() && batch.teacher().isPresent()) {
      Guidance.Signals imitation = output.imitation().get();
      NDArray divergence =
          KlDivergence.perDistribution(
              batch.teacher().get().codeLogits(), imitation.codeLogits(), weights.temperature());
      NDArray codes =
          Scalars.scale(
              taughtMean(divergence, batch), weights.temperature() * weights.temperature());
      NDArray features =
          taughtMean(
              distance(
                  normalised(output.teacherFeatures().orElseThrow()),
                  normalised(imitation.features())),
              batch);
      parts.put(CODES, codes);
      parts.put(FEATURES, features);
      total =
          total
              .add(Scalars.scale(codes, weights.codes()))
              .add(Scalars.scale(features, weights.features()));
    }
    return new PlannerLoss.Parts(total, parts);
  }

  private static NDArray taughtMean(NDArray x, StudentBatch batch) {
    NDArray perSample = x.reshape(x.getShape().get(0), -1).mean(new int[] {1});
    return Scalars.scale(
        perSample.mul(batch.taught()).sum(), 1.0 / Math.max(1, batch.taughtCount()));
  }

  private NDArray distance(NDArray target, NDArray features) {
    NDArray difference = features.sub(target);
    return switch (weights.featureDistance()) {
      case SQUARED -> difference.square();
      case SMOOTH_L1 -> {
        NDArray size = difference.abs();
        NDArray near = Scalars.atMost(size, 1);
        yield Scalars.scale(near.square(), 0.5).add(size.sub(near));
      }
    };
  }

  private static NDArray normalised(NDArray x) {
    NDArray centred = x.sub(x.mean(new int[] {-1}, true));
    NDArray variance = centred.square().mean(new int[] {-1}, true);
    return centred.div(variance.add(VARIANCE_FLOOR).sqrt());
  }

  /**
   * Share of code positions of taught samples at which the student's likeliest code is the
   * teacher's; empty where nothing is imitated.
   */
  public static OptionalDouble codeAgreement(StudentOutput output, StudentBatch batch) {
    if (output.imitation().isEmpty() || batch.teacher().isEmpty()) {
      return OptionalDouble.empty();
    }
    NDArray teacher = batch.teacher().get().codeLogits().argMax(-1);
    NDArray own = output.imitation().get().codeLogits().argMax(-1);
    NDArray equal = teacher.eq(own).toType(DataType.FLOAT32, false);
    double sum = equal.mul(batch.taught().expandDims(1)).sum().getFloat();
    return OptionalDouble.of(sum / (batch.taughtCount() * own.getShape().get(1)));
  }
}
