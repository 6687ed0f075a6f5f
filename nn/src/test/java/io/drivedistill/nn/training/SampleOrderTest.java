package io.drivedistill.nn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SampleOrderTest {

  @Test
  void everyEpochSeesEverySampleOnceInAnotherOrder() {
    SampleOrder order = new SampleOrder(3, 10, 4);
    List<Integer> seen = new ArrayList<>();
    for (int step = 0; step < 5; step++) {
      for (int sample : order.at(step)) {
        seen.add(sample);
      }
    }
    Integer[] all = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    assertThat(seen.subList(0, 10)).containsExactlyInAnyOrder(all);
    assertThat(seen.subList(10, 20)).containsExactlyInAnyOrder(all);
    assertThat(seen.subList(0, 10)).isNotEqualTo(seen.subList(10, 20));
  }

  @Test
  void aStepIsAFunctionOfSeedAndNumberAlone() {
    SampleOrder fromStart = new SampleOrder(3, 7, 3);
    for (int step = 0; step < 40; step++) {
      fromStart.at(step);
    }
    assertThat(new SampleOrder(3, 7, 3).at(40)).isEqualTo(fromStart.at(40));
    assertThat(new SampleOrder(3, 7, 3).at(0)).isEqualTo(fromStart.at(0));
    assertThat(new SampleOrder(4, 100, 30).at(0)).isNotEqualTo(new SampleOrder(3, 100, 30).at(0));
  }

  @Test
  void batchLargerThanTheSetRepeatsSamples() {
    assertThat(new SampleOrder(3, 1, 3).at(5)).containsExactly(0, 0, 0);
  }

  @Test
  void scheduleWarmsUpThenFallsToZero() {
    LearningRate rate = LearningRate.warmupThenCosine(1e-3, 10, 110);
    Offset<Double> exact = Offset.offset(1e-12);
    assertThat(rate.at(0)).isCloseTo(1e-4, exact);
    assertThat(rate.at(9)).isCloseTo(1e-3, exact);
    assertThat(rate.at(10)).isCloseTo(1e-3, exact);
    assertThat(rate.at(60)).isCloseTo(5e-4, exact);
    assertThat(rate.at(110)).isCloseTo(0, exact);
    assertThat(LearningRate.warmupThenCosine(1, 0, 1).at(0)).isEqualTo(1);
  }

  @Test
  void impossiblePlansNameTheField() {
    assertThatThrownBy(() -> new TrainingPlan(10, 0, 1e-3, 0, 0, 1, 0, 0))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("batchSize is 0, expected at least 1");
    assertThatThrownBy(() -> new TrainingPlan(10, 1, Double.NaN, 0, 0, 1, 0, 0))
        .hasMessageContaining("learningRate");
    assertThatThrownBy(() -> new TrainingPlan(10, 1, 1e-3, 0, 11, 1, 0, 0))
        .hasMessageContaining("warmupSteps");
    assertThatThrownBy(() -> new TrainingPlan(10, 1, 1e-3, 0, 0, 1, 0, 1))
        .hasMessageContaining("emaDecay");
  }
}
