package io.drivedistill.latentaction;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.training.Losses;
import io.drivedistill.nn.training.TrainingLoop;
import io.drivedistill.nn.training.TrainingPlan;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Steps must leave nothing behind: results of operations on weights attach to their manager. */
class TrainingMemoryTest {
  private static final int STEPS = 200;
  private static final int BATCH = 4;
  private static final int PATCHES = 6;
  private static final int WIDTH = 16;

  @Test
  void twoHundredStepsOfBothStagesLeaveNoArraysBehind() {
    LatentActionConfig config = new LatentActionConfig(WIDTH, WIDTH, 2, 1, 1, 8, 16, 4, 0.25, true);
    Conditioning told = new Conditioning.Drive(2, EgoMotion.EGO_WIDTH);
    leavesNothing(new EnvironmentActionModel(config, told), 6 + EgoMotion.EGO_WIDTH);
    leavesNothing(new EgoActionModel(config), 0);
  }

  private static void leavesNothing(LatentActionModel model, int toldNumbers) {
    try (NDManager manager = NDManager.newBaseManager()) {
      model.initialize(manager, 1);
      CodebookCare care =
          new CodebookCare(
              model,
              model instanceof EgoActionModel ? "vq_action.codebook.weight" : "vq.codebook.weight",
              new CodebookSettings(
                  CodebookSettings.Start.K_MEANS,
                  CodebookSettings.Update.MOVING_AVERAGE,
                  10,
                  CodebookSettings.RestartFrom.EMBEDDINGS),
              plan(),
              1);
      int[] arrays = new int[STEPS];
      new TrainingLoop<SplittableRandom>(
              plan(),
              1,
              model,
              100,
              (step, samples, seed) -> new SplittableRandom(seed),
              (pass, batch) -> {
                NDArray x = random(batch.manager(), batch.input(), BATCH, 2, PATCHES, WIDTH);
                LatentActionModel.Outcome outcome =
                    model instanceof EnvironmentActionModel environment
                        ? environment.run(
                            pass,
                            x,
                            random(batch.manager(), batch.input(), BATCH, toldNumbers),
                            null)
                        : ((EgoActionModel) model).run(pass, x);
                care.saw(outcome);
                return new Losses().term("all", outcome.loss());
              })
          .withListener(
              report -> {
                care.afterStep(report.step());
                arrays[(int) report.step()] = ((BaseNDManager) manager).getManagedArrays().size();
              })
          .run();
      assertThat(arrays[STEPS - 1]).isEqualTo(arrays[10]);
    }
  }

  private static TrainingPlan plan() {
    return new TrainingPlan(STEPS, BATCH, 1e-3, 1e-2, 0, 1, 0, 0);
  }

  private static NDArray random(NDManager manager, SplittableRandom random, long... shape) {
    int count = 1;
    for (long extent : shape) {
      count *= (int) extent;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Constants.of(manager, values, shape);
  }
}
