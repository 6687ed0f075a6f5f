package io.drivedistill.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackpropagationTest {
  private static final Offset<Float> NOISE = Offset.offset(1e-6f);
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aPassWithinAPassIsRefusedAndTheNextOneWorks() {
    assertThatThrownBy(() -> Backpropagation.run(outer -> Backpropagation.run(inner -> 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sum the losses");
    NDArray x = manager.create(3f);
    x.setRequiresGradient(true);
    Backpropagation.run(
        collector -> {
          collector.backward(x.square());
          return null;
        });
    assertThat(x.getGradient().getFloat()).isEqualTo(6);
  }

  @Test
  void threadsThatDrawNothingRecordAtTheSameTime() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Float>> slopes = new ArrayList<>();
      for (float at : new float[] {3, 5}) {
        slopes.add(
            threads.submit(
                () -> {
                  NDArray x = manager.create(at);
                  x.setRequiresGradient(true);
                  return Backpropagation.withoutDraws(
                      collector -> {
                        NDArray y = x.square();
                        both.countDown();
                        await(both);
                        collector.backward(y);
                        return x.getGradient().getFloat();
                      });
                }));
      }
      assertThat(slopes.get(0).get()).isEqualTo(6);
      assertThat(slopes.get(1).get()).isEqualTo(10);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void inferenceBuildsNoGraphInAnyThreadAndRestoresTheMode() throws Exception {
    manager.create(3f);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Boolean> graph = thread.submit(JniUtils::isGradMode);
      Future<Boolean> noGraph = thread.submit(() -> Inference.run(JniUtils::isGradMode));
      Future<Boolean> after = thread.submit(JniUtils::isGradMode);
      assertThat(graph.get()).as("a new thread records").isTrue();
      assertThat(noGraph.get()).isFalse();
      assertThat(after.get()).isTrue();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void weightedErrorsCountOnlyWhatHasWeight() {
    NDArray x = manager.create(new float[][] {{1, 5}, {2, 9}});
    NDArray target = manager.create(new float[][] {{3, 5}, {2, 0}});
    NDArray weights = manager.create(new float[][] {{1}, {0}});
    assertThat(MeanSquaredError.weighted(x, target, weights).getFloat()).isCloseTo(2, NOISE);
    assertThat(MeanAbsoluteError.weighted(x, target, weights).getFloat()).isCloseTo(1, NOISE);
    assertThat(MeanSquaredError.weighted(x, target, weights.zerosLike()).getFloat()).isZero();
    assertThat(MeanSquaredError.of(x, target).getFloat()).isCloseTo((4 + 81) / 4f, NOISE);
    assertThat(MeanAbsoluteError.of(x, target).getFloat()).isCloseTo((2 + 9) / 4f, NOISE);
  }

  @Test
  void lossesWithoutAnyLabelAreZeroAndHeadsAtZeroHaveTheRightSlope() {
    NDArray logits = manager.zeros(new Shape(2, 3));
    NDArray ignored = manager.create(new long[] {CrossEntropy.IGNORED, CrossEntropy.IGNORED});
    assertThat(CrossEntropy.meanOfLabelled(logits, ignored).getFloat()).isZero();
    NDArray x = manager.zeros(new Shape(1));
    x.setRequiresGradient(true);
    Backpropagation.run(
        collector -> {
          collector.backward(BinaryCrossEntropy.mean(x, manager.create(new float[] {1})));
          return null;
        });
    assertThat(x.getGradient().getFloat()).isCloseTo(-0.5f, NOISE);
  }
}
