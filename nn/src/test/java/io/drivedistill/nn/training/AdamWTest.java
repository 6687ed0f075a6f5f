package io.drivedistill.nn.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.parity.Fixtures;
import io.drivedistill.nn.parity.ParityFixture;
import io.drivedistill.nn.parity.Tolerance;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void threeStepsEqualPyTorch() {
    followFixture("opt/adam_lr1e-2/out", 0);
    followFixture("opt/adamw_lr1e-2_wd1e-2/out", 1e-2);
  }

  private void followFixture(String expected, double weightDecay) {
    try (ParityFixture fixture = ParityFixture.open(Fixtures.folder("ops"))) {
      Inference.run(
          () -> {
            NDArray weight = fixture.input(manager, "opt/in/p0");
            NDArray gradients = fixture.input(manager, "opt/in/grads");
            NDList seen = new NDList();
            try (AdamW optimizer =
                new AdamW(Map.of("p", weight), manager, ParameterGrouping.uniform(weightDecay))) {
              for (int step = 0; step < 3; step++) {
                optimizer.step(1e-2, Map.of("p", gradients.get(step)), 1);
                seen.add(weight.duplicate());
              }
            }
            fixture.check(expected, NDArrays.stack(seen), new Tolerance(2e-7, 2e-7));
          });
      fixture.assertAllPass();
    }
  }

  @Test
  void longRunWithLargeDecayAndTinyGradientsFollowsTheFormula() {
    long seed = System.nanoTime();
    System.out.println("AdamWTest seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int size = 50;
    float[] start = new float[size];
    double[] expected = new double[size];
    double[] mean = new double[size];
    double[] square = new double[size];
    for (int i = 0; i < size; i++) {
      start[i] = (float) random.nextGaussian();
      expected[i] = start[i];
    }
    NDArray weight = manager.create(start);
    double rate = 1e-3;
    double decay = 0.5;
    Inference.run(
        () -> {
          try (AdamW optimizer =
              new AdamW(Map.of("p", weight), manager, ParameterGrouping.uniform(decay))) {
            for (int step = 1; step <= 200; step++) {
              float[] gradient = new float[size];
              for (int i = 0; i < size; i++) {
                gradient[i] = (float) (random.nextGaussian() * 1e-7);
                mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
                square[i] = 0.999 * square[i] + 0.001 * gradient[i] * gradient[i];
                double root = Math.sqrt(square[i] / (1 - Math.pow(0.999, step))) + 1e-8;
                expected[i] -= rate * decay * expected[i];
                expected[i] -= rate * mean[i] / (1 - Math.pow(0.9, step)) / root;
              }
              try (NDArray array = manager.create(gradient)) {
                optimizer.step(rate, Map.of("p", array), 1);
              }
            }
          }
        });
    float[] actual = weight.toFloatArray();
    for (int i = 0; i < size; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5));
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }

  @Test
  void parameterWithoutGradientIsLeftAlone() {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    weights.put("used", manager.ones(new Shape(2, 2)));
    weights.put("unused", manager.ones(new Shape(2, 2)));
    Inference.run(
        () -> {
          try (AdamW optimizer = new AdamW(weights, manager, ParameterGrouping.uniform(0.1))) {
            optimizer.step(0.1, Map.of("used", manager.ones(new Shape(2, 2))), 1);
            assertThat(optimizer.stepCounts()).containsExactly(1, 0);
          }
        });
    assertThat(weights.get("unused")).isEqualTo(manager.ones(new Shape(2, 2)));
    assertThat(weights.get("used").toFloatArray()[0]).isLessThan(0.95f);
  }

  @Test
  void groupsScaleTheRateAndSpareVectors() {
    ParameterGrouping grouping =
        ParameterGrouping.decayMatricesOnly(0.05)
            .scaled(name -> name.startsWith("trunk."), 0.1)
            .undecayed(name -> name.contains("embed"));
    Shape matrix = new Shape(2, 3);
    assertThat(grouping.groupOf("head.weight", matrix)).isEqualTo(new ParameterGroup(1, 0.05));
    assertThat(grouping.groupOf("head.bias", new Shape(3))).isEqualTo(new ParameterGroup(1, 0));
    assertThat(grouping.groupOf("trunk.weight", matrix)).isEqualTo(new ParameterGroup(0.1, 0.05));
    assertThat(grouping.groupOf("embed.weight", matrix)).isEqualTo(new ParameterGroup(1, 0));
  }

  @Test
  void globalNormClippingEqualsPyTorch() {
    try (ParityFixture fixture = ParityFixture.open(Fixtures.folder("ops"))) {
      Map<String, NDArray> gradients = new LinkedHashMap<>();
      gradients.put("0", fixture.input(manager, "clip_norm/in/g0"));
      gradients.put("1", fixture.input(manager, "clip_norm/in/g1"));
      double norm = Gradients.norm(gradients);
      double factor = Gradients.clipFactor(norm, 0.1);
      fixture.check("clip_norm/total", norm);
      fixture.check("clip_norm/out/g0", gradients.get("0").muli(factor));
      fixture.check("clip_norm/out/g1", gradients.get("1").muli(factor));
      fixture.assertAllPass();
    }
    assertThat(Gradients.clipFactor(0.05, 0.1)).isEqualTo(1);
    assertThat(Gradients.clipFactor(5, 0)).isEqualTo(1);
    assertThat(Gradients.norm(Map.of())).isZero();
  }
}
