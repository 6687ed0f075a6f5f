package io.drivedistill.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.TensorLibrary;
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
import java.util.stream.IntStream;

/** Lets a trained student plan every scene of a store. */
public final class StudentAgent {
  private static final int SCENES_AT_ONCE = 32;

  /** Input values of a pass; activations, which take a hundred times their memory, follow them. */
  private static final long VALUES_AT_ONCE = 1L << 22;

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

  /**
   * What a student plans for a scene.
   *
   * @param chosen what it would drive
   * @param proposals all that it considered; {@code chosen} alone where it has no choice
   */
  public record Plan(Trajectory chosen, List<Trajectory> proposals) {}

  /**
   * Plans by scene token, in the store's order. Chance in planning follows from the token alone, so
   * a scene is planned the same in every run.
   */
  public Map<String, Plan> plan(SampleStore scenes, Progress progress) {
    List<Integer> indices = IntStream.range(0, scenes.size()).boxed().toList();
    Map<String, Plan> plans = new LinkedHashMap<>();
    int passes = TensorLibrary.passesAtOnce();
    int readers = Math.max(1, Parallel.processors() / passes);
    Parallel.map(
            passes,
            Parallel.batches(indices, scenesAtOnce(model)),
            some -> {
              List<StudentSample> batch =
                  Parallel.map(readers, some, i -> scenes.read(i).withoutTargets());
              Map<String, Plan> planned = Inference.run(() -> plan(batch));
              progress.step(batch.size());
              return planned;
            })
        .forEach(plans::putAll);
    return plans;
  }

  /** How many scenes a pass takes: as many as the quick start's, fewer of large pictures. */
  static int scenesAtOnce(StudentModel model) {
    long values =
        model.student().inputs().stream()
            .mapToLong(
                spec ->
                    spec.shape().stream()
                        .skip(1)
                        .mapToLong(Long::longValue)
                        .reduce(1, Math::multiplyExact))
            .sum();
    return (int) Math.max(1, Math.min(SCENES_AT_ONCE, VALUES_AT_ONCE / values));
  }

  private Map<String, Plan> plan(List<StudentSample> scenes) {
    Map<String, Plan> plans = new LinkedHashMap<>();
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
      for (TensorSpec noise : model.student().noise()) {
        inputs.add(noise(step, noise, scenes));
      }
      NDList outputs = model.forward(new ParameterStore(step, false), inputs, false);
      List<Trajectory> chosen = trajectories(outputs.head());
      List<Trajectory> all = outputs.size() == 1 ? chosen : trajectories(outputs.get(1));
      int each = all.size() / chosen.size();
      for (int i = 0; i < scenes.size(); i++) {
        plans.put(
            scenes.get(i).token(),
            new Plan(chosen.get(i), List.copyOf(all.subList(i * each, (i + 1) * each))));
      }
    }
    return plans;
  }

  /** Poses [..., T, 3] to trajectories, the last of the leading axes first. */
  private static List<Trajectory> trajectories(NDArray poses) {
    float[] values = poses.toFloatArray();
    long[] shape = poses.getShape().getShape();
    int each = Math.toIntExact(shape[shape.length - 1] * shape[shape.length - 2]);
    List<Trajectory> trajectories = new ArrayList<>();
    for (int at = 0; at < values.length; at += each) {
      trajectories.add(Trajectory.of(java.util.Arrays.copyOfRange(values, at, at + each)));
    }
    return trajectories;
  }

  private static NDArray noise(NDManager manager, TensorSpec spec, List<StudentSample> scenes) {
    long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
    shape[0] = scenes.size();
    float[] values = new float[Math.toIntExact(new Shape(shape).size())];
    int each = values.length / scenes.size();
    for (int i = 0; i < scenes.size(); i++) {
      float[] own = PlanningNoise.of(spec, scenes.get(i).token());
      System.arraycopy(own, 0, values, i * each, each);
    }
    return Constants.of(manager, values, shape);
  }
}
