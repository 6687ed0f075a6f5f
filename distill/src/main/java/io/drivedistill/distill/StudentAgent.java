package io.drivedistill.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.nn.Inference;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.StudentBatch;
import io.drivedistill.student.StudentExample;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.StudentSample;
import io.drivedistill.student.TeacherSample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Lets a trained student plan every scene of a store. */
public final class StudentAgent {
  private static final int SCENES_AT_ONCE = 32;

  private final StudentModel model;
  private final NDManager manager;
  private final Function<String, Optional<TeacherSample>> teacher;

  /**
   * @param model with trained weights
   * @param manager that the weights live in
   * @param teacher what the teacher said of a scene; asked only for a teacher-guided model
   */
  public StudentAgent(
      StudentModel model, NDManager manager, Function<String, Optional<TeacherSample>> teacher) {
    this.model = model;
    this.manager = manager;
    this.teacher = teacher;
  }

  /** Plans by scene token, in the store's order. */
  public Map<String, Trajectory> plan(SampleStore scenes, Progress progress) {
    Map<String, Trajectory> plans = new LinkedHashMap<>();
    for (int from = 0; from < scenes.size(); from += SCENES_AT_ONCE) {
      List<StudentSample> batch = new ArrayList<>();
      for (int i = from; i < Math.min(from + SCENES_AT_ONCE, scenes.size()); i++) {
        batch.add(scenes.read(i).withoutTargets());
      }
      Inference.run(() -> plan(batch, plans));
      progress.step(batch.size());
    }
    return plans;
  }

  private void plan(List<StudentSample> scenes, Map<String, Trajectory> plans) {
    try (NDManager step = manager.newSubManager()) {
      boolean asksTeacher = model.kind() == GuidanceKind.TEACHER;
      StudentBatch batch =
          StudentBatch.ofExamples(
              step,
              model.student(),
              scenes.stream()
                  .map(
                      s ->
                          new StudentExample(
                              s, asksTeacher ? teacher.apply(s.token()) : Optional.empty()))
                  .toList());
      NDList inputs = new NDList(batch.sensors());
      batch
          .teacher()
          .ifPresent(
              signals -> {
                inputs.add(signals.features());
                inputs.add(signals.codeLogits());
              });
      NDArray poses =
          model.forward(new ParameterStore(step, false), inputs, false).singletonOrThrow();
      float[] values = poses.toFloatArray();
      int perScene = values.length / scenes.size();
      for (int i = 0; i < scenes.size(); i++) {
        float[] one = java.util.Arrays.copyOfRange(values, i * perScene, (i + 1) * perScene);
        plans.put(scenes.get(i).token(), Trajectory.of(one));
      }
    }
  }
}
