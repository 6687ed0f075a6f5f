package io.drivedistill.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The numbers that autograd saves must survive a garbage collection between forward and backward,
 * which those of DJL's own {@code mul(Number)} do not (SPEC-djl 2.1).
 */
class ScalarsTest {
  private static final int TRIALS = 20;

  @Test
  void gradientsAreRightAfterAForcedCollection() {
    Map<UnaryOperator<NDArray>, Float> gradients = new LinkedHashMap<>();
    gradients.put(x -> Scalars.scale(x, 3), 3f);
    gradients.put(x -> Scalars.atLeast(x, 0.5), 1f);
    gradients.put(x -> Scalars.atMost(x, 9), 1f);
    gradients.put(x -> Scalars.oneMinus(x), -1f);
    gradients.put(x -> x.mul(Constants.of(x.getManager(), new float[] {3}, 1)), 3f);
    gradients.put(x -> KlDivergence.mean(x, x, 2), 0f);
    gradients.put(x -> MeanSquaredError.of(x, x.zerosLike()), 4f);
    gradients.put(x -> MeanAbsoluteError.of(x, x.zerosLike()), 1f);
    gradients.forEach(
        (operation, expected) -> {
          for (int trial = 0; trial < TRIALS; trial++) {
            assertThat(gradientAfterCollection(operation)).isEqualTo(expected);
          }
        });
  }

  private static float gradientAfterCollection(UnaryOperator<NDArray> operation) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.full(new Shape(1), 2f);
      x.setRequiresGradient(true);
      return Backpropagation.run(
          collector -> {
            NDArray y = operation.apply(x);
            System.gc();
            overwriteFreedMemory();
            collector.backward(y.sum());
            return x.getGradient().getFloat();
          });
    }
  }

  private static void overwriteFreedMemory() {
    for (int i = 0; i < 50; i++) {
      ByteBuffer junk = ByteBuffer.allocateDirect(64);
      for (int j = 0; j < 64; j++) {
        junk.put(j, (byte) 77);
      }
    }
  }
}
