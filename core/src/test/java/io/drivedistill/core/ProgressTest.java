package io.drivedistill.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
  private final AtomicLong nowNs = new AtomicLong();
  private final List<String> lines = new ArrayList<>();

  @Test
  void logLinesComeEveryTenSecondsWithRateAndRemainingTime() {
    try (LineProgress progress = new LineProgress("Train", 1000, nowNs::get, lines::add)) {
      for (int step = 0; step < 1000; step++) {
        nowNs.addAndGet(50_000_000);
        progress.note("loss " + step / 200);
        progress.step(1);
      }
    }
    assertThat(lines).hasSize(10);
    assertThat(lines.get(0)).isEqualTo("Train: 100 of 1000 (10 %), 20.0/s, 45 s left; loss 0");
    assertThat(lines.get(9)).isEqualTo("Train: 1000 of 1000 (100 %), 20.0/s, done in 50 s; loss 4");
  }

  @Test
  void quickTasksSayOneLine() {
    try (LineProgress progress = new LineProgress("Score", 50, nowNs::get, lines::add)) {
      for (int step = 0; step < 50; step++) {
        progress.step(1);
      }
    }
    assertThat(lines).containsExactly("Score: 50 of 50 (100 %), 0.0/s, done in 0 s");
  }

  @Test
  void aTaskThatEndsEarlySaysSo() {
    try (LineProgress progress = new LineProgress("Score", 50, nowNs::get, lines::add)) {
      nowNs.addAndGet(11_000_000_000L);
      progress.step(11);
    }
    assertThat(lines)
        .containsExactly(
            "Score: 11 of 50 (22 %), 1.0/s, 39 s left", "Score: 11 of 50 (22 %), 1.0/s, stopped");
  }

  @ParameterizedTest
  @CsvSource({"0.4,0 s", "59.4,59 s", "185,3 min 05 s", "7805,2 h 10 min"})
  void durationsAreForPeople(double seconds, String expected) {
    assertThat(Progress.duration(seconds)).isEqualTo(expected);
  }

  @Test
  void silentIsSilentAndTheTerminalBarOpens() {
    try (Progress silent = Progress.silent().open("Nothing", 3)) {
      silent.step(1);
      silent.note("x");
    }
    try (Progress bar = Progress.console(true).open("Bar", 3)) {
      bar.step(3);
      bar.note("done");
    }
  }
}
