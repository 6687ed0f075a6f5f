package io.drivedistill.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Bfloat16Test {
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray random(SplittableRandom random, long... shape) {
    int size = 1;
    for (long side : shape) {
      size *= (int) side;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Constants.of(manager, values, shape);
  }

  @Test
  void numbersAreRoundedToEightBits() {
    NDArray exact = manager.create(new float[] {1, -2.5f, 0, 1 + 1f / 256, 1 + 3f / 256});
    NDArray narrow = Bfloat16.of(exact);
    assertThat(Bfloat16.holds(narrow)).isTrue();
    assertThat(Bfloat16.holds(exact)).isFalse();
    // Halfway between two neighbours goes to the even one.
    assertThat(Bfloat16.widened(narrow).toFloatArray()).containsExactly(1, -2.5f, 0, 1, 1.015625f);
  }

  @Test
  void layersTakeNarrowMatricesAndHandGradientsThrough() {
    long seed = System.nanoTime();
    System.out.println("Bfloat16Test seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Linear wide = new Linear(32, 8);
    wide.initialize(manager, seed);
    Linear narrow = new Linear(32, 8);
    narrow.initialize(manager, seed);
    Weights.set(
        Weights.of(narrow).get("weight"), Bfloat16.of(Weights.of(wide).get("weight").getArray()));
    NDArray x = random(random, 2, 3, 32);
    x.setRequiresGradient(true);
    NDArray w = random(random, 2, 3, 8);
    Pass pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
    float[][] outputs = new float[2][];
    float[][] gradients = new float[2][];
    Linear[] layers = {wide, narrow};
    for (int i = 0; i < 2; i++) {
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray y = layers[i].forward(pass, x);
        outputs[i] = y.toFloatArray();
        collector.backward(y.mul(w).sum());
        gradients[i] = x.getGradient().toFloatArray();
      }
    }
    for (int i = 0; i < outputs[0].length; i++) {
      assertThat(outputs[1][i]).as("seed %d", seed).isCloseTo(outputs[0][i], within(0.05f));
    }
    for (int i = 0; i < gradients[0].length; i++) {
      // Gradients pile up over the two backward passes.
      assertThat(gradients[1][i]).as("seed %d", seed).isCloseTo(2 * gradients[0][i], within(0.1f));
    }
  }

  @Test
  void tablesGiveFloatRows() {
    Embedding table = new Embedding(4, 3);
    table.initialize(manager, 1);
    NDArray weight = Weights.of(table).get("weight").getArray().duplicate();
    Weights.set(Weights.of(table).get("weight"), Bfloat16.of(weight));
    Pass pass = new Pass(new ParameterStore(manager, false), manager.getDevice(), false);
    NDArray rows = table.forward(pass, manager.create(new long[] {2, 0}));
    assertThat(Bfloat16.holds(rows)).isFalse();
    float[] found = rows.toFloatArray();
    for (int i = 0; i < 3; i++) {
      assertThat(found[i]).isCloseTo(weight.toFloatArray()[6 + i], within(0.02f));
    }
  }
}
