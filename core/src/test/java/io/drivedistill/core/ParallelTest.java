package io.drivedistill.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelTest {
  private static final List<Integer> NUMBERS = IntStream.range(0, 100).boxed().toList();

  @Test
  void resultsComeInTheOrderOfTheItems() {
    for (int threads : new int[] {1, 2, 7}) {
      assertThat(Parallel.map(threads, NUMBERS, number -> number * number))
          .containsExactlyElementsOf(NUMBERS.stream().map(number -> number * number).toList());
    }
  }

  @Test
  void threadsWorkAtTheSameTime() {
    CountDownLatch both = new CountDownLatch(2);
    Parallel.forEach(
        2,
        List.of(1, 2),
        item -> {
          both.countDown();
          try {
            both.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    assertThat(both.getCount()).isZero();
  }

  @Test
  void failureComesAsItWasThrownAndOnlyWhenNobodyWorksAnyMore() {
    CountDownLatch working = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                Parallel.forEach(
                    2,
                    List.of("fails", "works"),
                    item -> {
                      if (item.equals("works")) {
                        working.countDown();
                        for (int i = 0; i < 1_000_000; i++) {
                          Thread.onSpinWait();
                        }
                        ended.set(true);
                        return;
                      }
                      try {
                        working.await();
                      } catch (InterruptedException e) {
                        throw new IOException(e);
                      }
                      throw new DriveDistillException("Broken", "Maybe mend it.");
                    }))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("Broken");
    assertThat(ended).isTrue();
    assertThatThrownBy(
            () ->
                Parallel.forEach(
                    1,
                    NUMBERS,
                    item -> {
                      throw new IOException("disk");
                    }))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void batchesHoldEverythingOnce() {
    assertThat(Parallel.batches(NUMBERS, 30)).hasSize(4);
    assertThat(Parallel.batches(NUMBERS, 30).get(3)).hasSize(10);
    assertThat(Parallel.batches(NUMBERS, 30).stream().flatMap(List::stream))
        .containsExactlyElementsOf(NUMBERS);
  }
}
