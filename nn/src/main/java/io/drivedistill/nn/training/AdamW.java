package io.drivedistill.nn.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), β₁ 0.9, β₂ 0.999, ε 1e-8, as
 * PyTorch computes it; without decay it is Adam. The update is one fused native call per parameter.
 * A parameter without gradient in a step is left alone: no decay, no count. Must be called outside
 * autograd ({@link io.drivedistill.nn.Inference}).
 */
public final class AdamW implements AutoCloseable {
  // The engine takes float32; the corrections use the same rounded values.
  private static final float BETA_1 = 0.9f;
  private static final float BETA_2 = 0.999f;
  private static final double EPSILON = 1e-8;

  private static final class Slot {
    private final String name;
    private final NDArray weight;
    private final NDArray mean;
    private final NDArray square;
    private final ParameterGroup group;
    private long steps;

    private Slot(String name, NDArray weight, NDManager manager, ParameterGroup group) {
      this.name = name;
      this.weight = weight;
      this.group = group;
      mean = manager.zeros(weight.getShape(), weight.getDataType());
      square = manager.zeros(weight.getShape(), weight.getDataType());
    }
  }

  private final NDManager manager;
  private final List<Slot> slots = new ArrayList<>();

  /**
   * Makes all state at once, beside the weights.
   *
   * @param weights by name; changed in place
   */
  public AdamW(Map<String, NDArray> weights, NDManager parent, ParameterGrouping grouping) {
    manager = parent.newSubManager();
    manager.setName("optimizer");
    weights.forEach(
        (name, weight) ->
            slots.add(new Slot(name, weight, manager, grouping.groupOf(name, weight.getShape()))));
  }

  /**
   * One step.
   *
   * @param gradients by name; absent names are left alone
   * @param gradientScale multiplies the gradients, see {@link Gradients#clipFactor}
   */
  public void step(double learningRate, Map<String, NDArray> gradients, double gradientScale) {
    for (Slot slot : slots) {
      NDArray gradient = gradients.get(slot.name);
      if (gradient != null) {
        update(slot, gradient, learningRate * slot.group.learningRateFactor(), gradientScale);
      }
    }
  }

  private static void update(Slot slot, NDArray gradient, double learningRate, double scale) {
    slot.steps++;
    double meanCorrection = 1 - Math.pow(BETA_1, slot.steps);
    double squareCorrection = Math.sqrt(1 - Math.pow(BETA_2, slot.steps));
    // The native update adds ε to the uncorrected root; scaled so, the result is PyTorch's.
    JniUtils.adamUpdate(
        (PtNDArray) slot.weight,
        (PtNDArray) gradient,
        (PtNDArray) slot.mean,
        (PtNDArray) slot.square,
        (float) learningRate,
        (float) (learningRate * squareCorrection / meanCorrection),
        (float) slot.group.weightDecay(),
        (float) scale,
        -1,
        BETA_1,
        BETA_2,
        (float) (EPSILON * squareCorrection),
        true);
  }

  /** The moving averages by {@code mean/<name>} and {@code square/<name>}, to be saved or set. */
  public Map<String, NDArray> moments() {
    Map<String, NDArray> moments = new LinkedHashMap<>();
    for (Slot slot : slots) {
      moments.put("mean/" + slot.name, slot.mean);
      moments.put("square/" + slot.name, slot.square);
    }
    return moments;
  }

  /** How often each parameter was updated, in the order of the weights. */
  public long[] stepCounts() {
    return slots.stream().mapToLong(slot -> slot.steps).toArray();
  }

  /** Sets what {@link #stepCounts} gave. */
  public void setStepCounts(long[] counts) {
    if (counts.length != slots.size()) {
      throw new IllegalArgumentException(counts.length + " counts for " + slots.size());
    }
    for (int i = 0; i < counts.length; i++) {
      slots.get(i).steps = counts[i];
    }
  }

  /** Frees the moving averages. */
  @Override
  public void close() {
    manager.close();
  }
}
