package io.drivedistill.teacher.qwen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.teacher.image.PatchGrid;
import io.drivedistill.teacher.image.Patches;
import io.drivedistill.teacher.qwen.TokenBatch.VisualSpan;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VisualInterpolationTest {
  private static final int HEAD_SIZE = 8;
  private static final QwenConfig CONFIG =
      new QwenConfig(
          new QwenConfig.Text(128, 16, 16, 1, 2, 1, 1e-6, 1e6, List.of(2, 1, 1), true, 0.02),
          new QwenConfig.Vision(1, 8, 8, 2, 16, Patches.PUBLISHED, 112, Set.of(), 2),
          new QwenConfig.Markers(102, 103, 105, 106));

  /** Two words, a clip of five frame groups of 2x2 patches a second apart, two words. */
  private static RotaryPositions clip() {
    long[] ids = {1, 102, 106, 106, 106, 106, 106, 103, 2};
    boolean[] attended = new boolean[ids.length];
    Arrays.fill(attended, true);
    VisualSpan span = new VisualSpan(new PatchGrid(5, 2, 2), 1);
    return RotaryPositions.of(ids, attended, List.of(span), CONFIG);
  }

  @Test
  void longClipsAreSqueezedEvenlyAndTextStays() {
    RotaryPositions positions = clip();
    assertThat(positions.time()).containsExactly(0, 1, 2, 4, 6, 8, 10, 11, 12);
    // Positions 2 to 10 reach over 9; trained on 5, each step of 2 becomes 2·(5−1)/(9−1) = 1.
    assertThat(positions.squeezed(positions.time(), new VisualInterpolation(5, 0, 1)))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 11, 12);
    assertThat(positions.squeezed(positions.time(), new VisualInterpolation(9, 0, 1)))
        .containsExactly(0, 1, 2, 4, 6, 8, 10, 11, 12);
    assertThat(positions.squeezed(positions.height(), new VisualInterpolation(5, 0, 1)))
        .containsExactly(0, 1, 2, 2, 2, 2, 2, 11, 12);
  }

  @Test
  void onlyLowFrequenciesOfVisualTokensTurnLessAndShrink() {
    RotaryPositions positions = clip();
    VisualInterpolation interpolation = new VisualInterpolation(5, 1, 4);
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] plain =
          RotaryPositions.rotation(manager, List.of(positions), CONFIG.text(), null)
              .cosine()
              .toFloatArray();
      float[] squeezed =
          RotaryPositions.rotation(manager, List.of(positions), CONFIG.text(), interpolation)
              .cosine()
              .toFloatArray();
      double[] places = positions.squeezed(positions.time(), interpolation);
      for (int token = 0; token < 9; token++) {
        boolean visual = token >= 2 && token < 7;
        for (int channel = 0; channel < HEAD_SIZE; channel++) {
          int frequency = channel % (HEAD_SIZE / 2);
          int at = token * HEAD_SIZE + channel;
          if (!visual) {
            assertThat(squeezed[at]).isEqualTo(plain[at]);
          } else if (frequency == 0) {
            assertThat(squeezed[at]).isCloseTo(plain[at] / 2, within(1e-6f));
          } else if (frequency == 1) {
            double angle = places[token] / Math.pow(1e6, 2.0 / HEAD_SIZE);
            assertThat((double) squeezed[at]).isCloseTo(Math.cos(angle) / 2, within(1e-5));
          }
        }
      }
    }
  }

  @Test
  void clipsWithinTheTrainedRangeStayAsTheyAre() {
    try (NDManager manager = NDManager.newBaseManager()) {
      List<RotaryPositions> positions = List.of(clip());
      Rotation plain = RotaryPositions.rotation(manager, positions, CONFIG.text(), null);
      Rotation same =
          RotaryPositions.rotation(
              manager, positions, CONFIG.text(), new VisualInterpolation(20, 0, 4));
      assertThat(same.cosine()).isEqualTo(plain.cosine());
      assertThat(same.sine()).isEqualTo(plain.sine());
    }
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new VisualInterpolation(0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("trainedPositions");
    assertThatThrownBy(() -> new QwenVl(CONFIG, Optional.of(new VisualInterpolation(8, 4, 1))))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("frequencies 0 to 3");
  }
}
