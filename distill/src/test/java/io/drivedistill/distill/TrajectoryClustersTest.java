package io.drivedistill.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrajectoryClustersTest {
  /** Three ways to drive, each with some spread. */
  private static List<float[]> driven(int count) {
    SplittableRandom random = new SplittableRandom(3);
    List<float[]> driven = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double headingRad = i % 3 - 1;
      float[] poses = new float[6];
      for (int t = 0; t < 2; t++) {
        double travelM = 5 * (t + 1) + 0.2 * random.nextGaussian();
        poses[3 * t] = (float) (travelM * Math.cos(headingRad));
        poses[3 * t + 1] = (float) (travelM * Math.sin(headingRad));
        poses[3 * t + 2] = (float) headingRad;
      }
      driven.add(poses);
    }
    return driven;
  }

  @Test
  void findsTheWaysPeopleDriveAndTheSameOnesAgain() {
    List<float[]> driven = driven(60);
    float[] centres = TrajectoryClusters.centres(driven, 3, 1);
    assertThat(centres).hasSize(3 * 6).isEqualTo(TrajectoryClusters.centres(driven, 3, 1));
    List<Long> headings = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      headings.add((long) Math.round(centres[6 * k + 2]));
      double reachM = Math.hypot(centres[6 * k + 3], centres[6 * k + 4]);
      assertThat(reachM).isBetween(9.7, 10.3);
      assertThat(centres[6 * k + 2])
          .isCloseTo(centres[6 * k + 5], org.assertj.core.data.Offset.offset(1e-4f));
    }
    assertThat(headings).containsExactlyInAnyOrder(-1L, 0L, 1L);
  }

  @Test
  void saysHowManyTrajectoriesAreMissing() {
    List<float[]> driven = driven(4);
    assertThatThrownBy(() -> TrajectoryClusters.centres(driven, 5, 1))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("5")
        .hasMessageContaining("4")
        .hasMessageContaining("Maybe");
  }
}
