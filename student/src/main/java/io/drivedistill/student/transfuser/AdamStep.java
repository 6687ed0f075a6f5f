package io.drivedistill.student.transfuser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.nn.parity.Tolerance;
import io.drivedistill.nn.training.AdamW;
import io.drivedistill.nn.training.ParameterGrouping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One step of Adam on a network that holds gradients, and what of it rounding decides. */
final class AdamStep {
  private static final double LEARNING_RATE = 1e-3;

  /** Gradients below these may have either sign: absolutely, and of the tensor's largest. */
  private static final double SMALLEST = 1e-6;

  private static final double SMALLEST_SHARE = 2e-5;

  private static final int MOST = 500;

  private final Transfuser network;
  private final NDManager manager;
  private final Map<String, NDArray> weights = new LinkedHashMap<>();
  private final List<Element> uncertain = new ArrayList<>();

  /**
   * @param index within the parameter, row-major
   * @param gradient not zero
   * @param before the weight's value before the step
   */
  private record Element(String parameter, int index, float gradient, float before) {}

  private AdamStep(Transfuser network, NDManager manager) {
    this.network = network;
    this.manager = manager;
  }

  /** Changes the network's weights. */
  static AdamStep take(Transfuser network, NDManager manager) {
    AdamStep step = new AdamStep(network, manager);
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    Weights.of(network)
        .forEach(
            (name, parameter) -> {
              if (parameter.requiresGradient()) {
                step.weights.put(name, parameter.getArray());
                gradients.put(name, parameter.getArray().getGradient());
              }
            });
    gradients.forEach((name, gradient) -> step.note(name, gradient.toFloatArray()));
    step.uncertain.sort(
        Comparator.comparingDouble((Element element) -> Math.abs(element.gradient())).reversed());
    try (AdamW optimizer = new AdamW(step.weights, manager, ParameterGrouping.uniform(0))) {
      optimizer.step(LEARNING_RATE, gradients, 1);
    }
    gradients.values().forEach(NDArray::close);
    return step;
  }

  private void note(String name, float[] gradient) {
    double largest = 0;
    for (float value : gradient) {
      largest = Math.max(largest, Math.abs(value));
    }
    double limit = Math.max(SMALLEST, SMALLEST_SHARE * largest);
    float[] before = null;
    for (int i = 0; i < gradient.length; i++) {
      if (gradient[i] != 0 && Math.abs(gradient[i]) < limit) {
        before = before == null ? weights.get(name).toFloatArray() : before;
        uncertain.add(new Element(name, i, gradient[i], before[i]));
      }
    }
  }

  /**
   * Moves weights the other way where only that gives the reference's plan, and says so in the
   * fixture's table. Without gradients.
   */
  void reverseWhereRoundingDecided(ParityFixture fixture, String plan, NDList inputs) {
    double[] reference = fixture.doubles(plan);
    double largest = Arrays.stream(reference).map(Math::abs).max().orElse(0);
    List<Element> candidates = uncertain.subList(0, Math.min(MOST, uncertain.size()));
    for (int chosen :
        UncertainSigns.reversed(
            reference,
            Tolerance.DEFAULT.limit(largest),
            candidates.size(),
            elements -> plan(candidates, elements, inputs))) {
      Element element = candidates.get(chosen);
      reverse(element);
      fixture.omit(
          "sign of gradient/" + element.parameter(),
          "element "
              + element.index()
              + ", "
              + element.gradient()
              + ", is small enough for rounding; the step is compared with the other sign");
    }
  }

  private double[] plan(List<Element> candidates, List<Integer> elements, NDList inputs) {
    elements.forEach(element -> reverse(candidates.get(element)));
    try (NDManager own = manager.newSubManager()) {
      NDList copies = new NDList();
      for (NDArray input : inputs) {
        NDArray copy = input.duplicate();
        copy.attach(own);
        copies.add(copy);
      }
      Pass pass = new Pass(new ParameterStore(own, false), own.getDevice(), false);
      float[] poses = network.plan(pass, network.encode(pass, copies)).toFloatArray();
      double[] values = new double[poses.length];
      Arrays.setAll(values, i -> poses[i]);
      return values;
    } finally {
      elements.forEach(element -> reverse(candidates.get(element)));
    }
  }

  /** Mirrors a weight at its value before the step; twice is as it was. */
  private void reverse(Element element) {
    NDArray weight = weights.get(element.parameter());
    float[] values = weight.toFloatArray();
    values[element.index()] = 2 * element.before() - values[element.index()];
    try (NDArray changed = manager.create(values, weight.getShape())) {
      changed.copyTo(weight);
    }
  }
}
