package io.drivedistill.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.training.TrainingLoop;
import io.drivedistill.nn.training.TrainingPlan;
import io.drivedistill.student.head.FlowHead;
import io.drivedistill.student.head.HeadConfig;
import io.drivedistill.student.transfuser.Transfuser;
import io.drivedistill.student.transfuser.TransfuserConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An epoch of a student, killed at a random step and resumed, ends in the same weights. */
class ResumedEpochTest {
  private static final int SCENES = 10;
  private static final int BATCH = 2;
  private static final long STEPS = SCENES / BATCH;
  private static final DistillationLoss.Weights WEIGHTS =
      new DistillationLoss.Weights(1, 1, 1, 1, DistillationLoss.FeatureDistance.SQUARED);

  @TempDir private Path folder;

  /** With drawn numbers in training (flow) and without. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void endsInTheSameWeights(boolean flow) {
    long seed = System.nanoTime();
    System.out.println("killed step: seed " + seed);
    long killedAt = new SplittableRandom(seed).nextLong(STEPS);
    try (NDManager manager = NDManager.newBaseManager()) {
      StudentModel straight = model(flow, manager);
      loop(straight).withCheckpoints(folder.resolve("straight")).run();

      Path killed = folder.resolve("killed");
      StudentModel first = model(flow, manager);
      assertThatThrownBy(
              () ->
                  loop(first)
                      .withCheckpoints(killed)
                      .withListener(
                          report -> {
                            if (report.step() == killedAt) {
                              throw new IllegalStateException("killed");
                            }
                          })
                      .run())
          .hasMessage("killed");
      StudentModel resumed = model(flow, manager);
      loop(resumed).withCheckpoints(killed).run();

      Map<String, float[]> expected = values(straight);
      values(resumed)
          .forEach((name, found) -> assertThat(found).as(name).isEqualTo(expected.get(name)));
      assertThat(values(model(flow, manager)).entrySet())
          .as("the epoch changed something")
          .anyMatch(entry -> !Arrays.equals(entry.getValue(), expected.get(entry.getKey())));
    }
  }

  private static StudentModel model(boolean flow, NDManager manager) {
    TransfuserConfig config = TransfuserConfig.quickstart();
    Transfuser planner =
        flow
            ? new Transfuser(config, sizes -> new FlowHead(new HeadConfig.Flow(4, 2), sizes))
            : new Transfuser(config);
    StudentModel model = StudentModel.baseline(planner);
    model.initialize(manager, 1);
    return model;
  }

  private static TrainingLoop<List<StudentExample>> loop(StudentModel model) {
    TrainingPlan plan = new TrainingPlan(STEPS, BATCH, 0.001, 0.01, 1, 1, 2, 0.9);
    return new TrainingLoop<>(
        plan,
        7,
        model,
        SCENES,
        (step, scenes, stepSeed) ->
            Arrays.stream(scenes).mapToObj(i -> StudentExample.of(scene(model, i))).toList(),
        new StudentObjective(model, WEIGHTS));
  }

  private static StudentSample scene(StudentModel model, int number) {
    return StepBench.drawn("scene" + number, model.student(), new SplittableRandom(number), 3);
  }

  private static Map<String, float[]> values(StudentModel model) {
    Map<String, float[]> values = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(Weights.of(model).keySet());
    names.forEach(name -> values.put(name, Weights.of(model).get(name).getArray().toFloatArray()));
    return values;
  }
}
