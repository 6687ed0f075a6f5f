package io.drivedistill.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.Test;

class ModuleTest {

  private static final class Small extends Layer {
    private final Conv2d conv = child("stem.conv", new Conv2d(3, 4, 3, 1, 1, true));
    private final BatchNorm2d norm = child("stem.bn", new BatchNorm2d(4));
    private final Linear head = child("head", new Linear(4, 2));

    @Override
    public NDArray forward(Pass pass, NDArray x) {
      NDArray map = norm.forward(pass, conv.forward(pass, x));
      NDArray pooled = Resampling.adaptiveAverage(map, 1, 1).reshape(-1, 4);
      return head.forward(pass, pooled);
    }
  }

  @Test
  void parametersCarryPublishedNamesAndTheSeedFixesTheirValues() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Small first = new Small();
      first.initialize(manager, 7);
      Small second = new Small();
      second.initialize(manager, 7);
      assertThat(Weights.of(first))
          .containsOnlyKeys(
              "stem.conv.weight",
              "stem.conv.bias",
              "stem.bn.weight",
              "stem.bn.bias",
              "stem.bn.running_mean",
              "stem.bn.running_var",
              "head.weight",
              "head.bias");
      assertThat(Weights.of(first).get("head.weight").getArray())
          .isEqualTo(Weights.of(second).get("head.weight").getArray());
      assertThat(Weights.count(first)).isEqualTo(3 * 4 * 9 + 4 + 8 + 10);
    }
  }

  @Test
  void gradientsReachEveryTrainableParameter() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Small block = new Small();
      block.initialize(manager, 7);
      NDArray x = manager.randomNormal(new Shape(2, 3, 5, 6));
      Pass pass = new Pass(new ParameterStore(manager, false), x.getDevice(), true);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray loss = Scalars.scale(block.forward(pass, x).square(), 0.5).sum();
        collector.backward(loss);
      }
      Weights.of(block)
          .forEach(
              (name, parameter) -> {
                if (parameter.requiresGradient() && !name.equals("stem.conv.bias")) {
                  assertThat(parameter.getArray().getGradient().abs().sum().getFloat())
                      .as(name)
                      .isPositive();
                }
              });
    }
  }

  @Test
  void bilinearWeightsSumToOne() {
    for (int to : new int[] {1, 3, 7, 16}) {
      for (float[] row : Resampling.linearMatrix(5, to)) {
        float sum = 0;
        for (float weight : row) {
          sum += weight;
        }
        assertThat(sum).isCloseTo(1f, org.assertj.core.data.Offset.offset(1e-6f));
      }
    }
  }
}
