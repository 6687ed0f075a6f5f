package io.drivedistill.student;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.drivedistill.core.Dtype;
import io.drivedistill.core.TensorSpec;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.student.head.Proposals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A student with the guidance it drives with: the deployable network.
 *
 * <p>{@link #forward} plans: inputs are those of {@link #inputs}, outputs those of {@link
 * #outputs}, and no head is run that only training needs. {@link #predict} is for training.
 *
 * <p>Parameters lie under {@code student.}, {@code guidance.} and {@code fusion.}; a distilled
 * model also keeps the teacher's frozen pooling under {@code teacher.}, which says what the
 * decision transformer's features should be. Load it from the teacher-guided model with {@link
 * #nameInDistilled}.
 */
public final class StudentModel extends Module {
  /** Name of all trajectories among the outputs. */
  public static final String PROPOSALS = "proposals";

  /** Name of their scores. */
  public static final String SCORES = "scores";

  /** Beginning of the planner's own names. */
  public static final String STUDENT = "student.";

  /** Beginning of the names of what guides the planner. */
  public static final String GUIDANCE = "guidance.";

  private static final String TEACHER = "teacher.";

  private final Student student;
  private final GuidanceKind kind;
  private final Guidance guidance;
  private final LatentFusion fusion;
  private final TeacherGuidance frozenTeacher;

  /**
   * @param config sizes of the guidance; not used for {@link GuidanceKind#NONE} and may be null
   *     then
   */
  public StudentModel(Student student, GuidanceKind kind, GuidanceConfig config) {
    this.student = child("student", student);
    this.kind = kind;
    guidance =
        switch (kind) {
          case NONE -> null;
          case TEACHER -> child("guidance", new TeacherGuidance(config));
          case DISTILLED ->
              child("guidance", new DecisionTransformer(student.tokenSizes(), config));
        };
    fusion =
        kind == GuidanceKind.NONE
            ? null
            : child("fusion", new LatentFusion(student.tokenSizes().bevChannels(), config));
    frozenTeacher =
        kind == GuidanceKind.DISTILLED ? child("teacher", new TeacherGuidance(config)) : null;
    if (frozenTeacher != null) {
      frozenTeacher.freezeParameters(true);
    }
  }

  /** A student without guidance. */
  public static StudentModel baseline(Student student) {
    return new StudentModel(student, GuidanceKind.NONE, null);
  }

  /** The planner inside. */
  public Student student() {
    return student;
  }

  /** Where the guidance comes from. */
  public GuidanceKind kind() {
    return kind;
  }

  /** What planning takes, in this order: the sensors, what the guidance needs, noise. */
  public List<TensorSpec> inputs() {
    List<TensorSpec> inputs = new ArrayList<>(student.inputs());
    if (guidance != null) {
      inputs.addAll(guidance.inputs());
    }
    inputs.addAll(student.noise());
    return inputs;
  }

  /** The trajectory to be driven. */
  public TensorSpec trajectory() {
    return student.trajectory();
  }

  /**
   * What planning gives, in this order: the trajectory to be driven and, where the planner has
   * several, {@value #PROPOSALS} [B, K, poses, 3] and {@value #SCORES} [B, K].
   */
  public List<TensorSpec> outputs() {
    TensorSpec trajectory = student.trajectory();
    if (student.proposals() == 1) {
      return List.of(trajectory);
    }
    List<Long> shape = new ArrayList<>(trajectory.shape());
    shape.add(1, (long) student.proposals());
    return List.of(
        trajectory,
        new TensorSpec(
            PROPOSALS,
            trajectory.dtype(),
            shape,
            trajectory.unit(),
            trajectory.frame(),
            "All trajectories that were considered."),
        new TensorSpec(
            SCORES, Dtype.F32, shape.subList(0, 2), "1", "none", "The best is the largest."));
  }

  /**
   * Where a distilled model keeps what the teacher-guided model that it starts from calls by this
   * name. Nothing is found under {@link #GUIDANCE} then: the decision transformer is new.
   */
  public static String nameInDistilled(String nameInTeacherGuided) {
    return nameInTeacherGuided.startsWith(GUIDANCE)
        ? TEACHER + nameInTeacherGuided.substring(GUIDANCE.length())
        : nameInTeacherGuided;
  }

  /** Inputs of {@link #inputs} to {@link #outputs}. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    int sensors = student.inputs().size();
    Encoding encoding = student.encode(pass, new NDList(inputs.subList(0, sensors)));
    TeacherSignals teacher =
        kind == GuidanceKind.TEACHER
            ? new TeacherSignals(inputs.get(sensors), inputs.get(sensors + 1))
            : null;
    if (guidance != null) {
      encoding = fused(pass, encoding, guidance.signals(pass, encoding, teacher));
    }
    if (student.proposals() == 1 && student.noise().isEmpty()) {
      return new NDList(student.plan(pass, encoding));
    }
    int noise = inputs.size() - student.noise().size();
    Proposals proposals =
        student.propose(pass, encoding, new NDList(inputs.subList(noise, inputs.size())));
    return new NDList(proposals.best(), proposals.trajectories(), proposals.scores());
  }

  private Encoding fused(Pass pass, Encoding encoding, Guidance.Signals signals) {
    return encoding.withBevTokens(fusion.forward(pass, encoding.bevTokens(), signals));
  }

  /** Runs everything that training looks at. */
  public StudentOutput predict(Pass pass, StudentBatch batch) {
    TeacherSignals teacher = batch.teacher().orElse(null);
    return predict(
        pass,
        batch.sensors(),
        teacher,
        encoding -> student.predict(pass, encoding, batch.targets()));
  }

  /**
   * Predicts without looking at targets.
   *
   * @param sensors inputs of the student
   * @param teacher what the teacher said; may be null for a model without guidance or, where
   *     nothing is to be imitated, for a distilled one
   */
  public StudentOutput predict(Pass pass, NDList sensors, TeacherSignals teacher) {
    return predict(pass, sensors, teacher, encoding -> student.predict(pass, encoding));
  }

  private StudentOutput predict(
      Pass pass,
      NDList sensors,
      TeacherSignals teacher,
      Function<Encoding, Map<String, NDArray>> planner) {
    Encoding encoding = student.encode(pass, sensors);
    if (guidance == null) {
      return new StudentOutput(planner.apply(encoding), Optional.empty(), Optional.empty());
    }
    Guidance.Signals signals = guidance.signals(pass, encoding, teacher);
    Encoding guided = fused(pass, encoding, signals);
    boolean distilled = kind == GuidanceKind.DISTILLED;
    Optional<NDArray> target =
        distilled && teacher != null
            ? Optional.of(frozenTeacher.pool(pass.inference(), teacher.features()).stopGradient())
            : Optional.empty();
    return new StudentOutput(
        planner.apply(guided), distilled ? Optional.of(signals) : Optional.empty(), target);
  }
}
