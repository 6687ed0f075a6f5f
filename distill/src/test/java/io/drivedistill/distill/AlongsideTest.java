package io.drivedistill.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.TensorLibrary;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AlongsideTest {
  private static final int MORE_THAN_PROCESSORS = 1024;

  @Test
  void resultIsTheSameWhetherProcessorsAreIdleOrNot() {
    for (int threads : new int[] {1, MORE_THAN_PROCESSORS}) {
      TensorLibrary.useThreads(threads);
      try (Alongside<Integer> work = new Alongside<>("test", () -> 42)) {
        assertThat(work.get()).isEqualTo(42);
        assertThat(work.get()).as("asked again").isEqualTo(42);
      }
    }
    TensorLibrary.useThreads(1);
  }

  @Test
  void nothingIsDoneBeforeItIsAskedForWhereNoProcessorIsIdle() {
    TensorLibrary.useThreads(MORE_THAN_PROCESSORS);
    AtomicBoolean done = new AtomicBoolean();
    new Alongside<>("test", () -> done.getAndSet(true)).close();
    assertThat(done).isFalse();
    TensorLibrary.useThreads(1);
  }

  @Test
  void failureComesAsItWasThrown() {
    try (Alongside<Integer> work =
        new Alongside<>(
            "test",
            () -> {
              throw new DriveDistillException("Broken", "Maybe mend it.");
            })) {
      assertThatThrownBy(work::get)
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("Broken");
    }
  }

  @Test
  void closingInterruptsAndWaits() throws Exception {
    TensorLibrary.useThreads(1);
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    Alongside<Integer> work =
        new Alongside<>(
            "test",
            () -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.set(true);
              }
              return 1;
            });
    if (TensorLibrary.passesAtOnce() > 1) {
      begun.await();
    }
    work.close();
    assertThat(interrupted.get()).isEqualTo(TensorLibrary.passesAtOnce() > 1);
  }
}
