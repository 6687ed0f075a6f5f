package io.drivedistill.distill;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.Stage;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.nn.training.TrainingPlan;
import io.drivedistill.nn.training.TrainingSpeed;
import io.drivedistill.student.GuidanceConfig;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.SceneCaches;
import io.drivedistill.student.Student;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.TeacherSample;
import io.drivedistill.student.head.HeadConfig;
import io.drivedistill.student.transfuser.Transfuser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Trains one of the three students. */
final class StudentStage {
  private static final int CODE_VERSION = 1;

  private final RunContext context;
  private final GuidanceConfig guidance;
  private final AnchorStages anchors;

  /**
   * @param teacher sizes of what the teacher says
   * @param anchors what the planning head starts from
   */
  StudentStage(RunContext context, GuidanceConfig.Teacher teacher, AnchorStages anchors) {
    this(context, context.experiment().student().guidance().with(teacher), anchors);
  }

  private StudentStage(RunContext context, GuidanceConfig guidance, AnchorStages anchors) {
    this.context = context;
    this.guidance = guidance;
    this.anchors = anchors;
  }

  /** For the student that has no teacher. */
  static StudentStage withoutTeacher(RunContext context, AnchorStages anchors) {
    return new StudentStage(context, (GuidanceConfig) null, anchors);
  }

  /** Name of the student in tables and pictures. */
  static String agentName(GuidanceKind kind) {
    return switch (kind) {
      case NONE -> "baseline";
      case TEACHER -> "teacher-guided";
      case DISTILLED -> "distilled";
    };
  }

  /** What a student trains on; stages whose results it reads make its key. */
  record Material(
      SampleStore labelled,
      Optional<StudentTraining.Unlabelled> unlabelled,
      Function<String, Optional<TeacherSample>> teacher,
      SceneCaches scenes) {}

  private record Settings(
      GuidanceKind kind,
      StudentSettings.Guidance guidance,
      Object planner,
      Optional<HeadConfig> head,
      Optional<ContentKey> imageEncoder,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<ContentKey> startFrom,
      Object training,
      Object loss,
      int unlabelledPerStep,
      long seed) {}

  /**
   * Trains a student, or skips it if it is trained.
   *
   * @param start the teacher-guided student's stage, which the distilled one starts from
   */
  Stage run(GuidanceKind kind, Optional<Stage> start, Material material, Stage... upstream) {
    StudentSettings settings = context.experiment().student();
    TrainingPlan training = trainingOf(settings, kind);
    String name = "student-" + agentName(kind);
    Settings inputs =
        new Settings(
            kind,
            settings.guidance(),
            settings.choice().settings(),
            settings.head(),
            settings.imageEncoder().map(ContentKey::ofFile),
            settings.startFrom().map(ContentKey::ofFile),
            training,
            kind == GuidanceKind.DISTILLED
                ? settings.distillation()
                : settings.distillation().planner(),
            kind == GuidanceKind.DISTILLED ? settings.unlabelledPerStep() : 0,
            context.experiment().seed());
    List<Stage> read = new ArrayList<>(List.of(upstream));
    read.addAll(anchors.stages());
    return context
        .directory()
        .stage(
            name,
            context.tensorKey(name, CODE_VERSION, inputs, read.toArray(Stage[]::new)),
            folder -> {
              try (NDManager manager = TensorLibrary.newManager()) {
                StudentModel model = untrained(kind, start, manager);
                TrainingSpeed speed =
                    new StudentTraining(
                            training,
                            context.experiment().seed(),
                            settings.distillation(),
                            material.labelled(),
                            anchors::taught,
                            material.unlabelled(),
                            material.teacher(),
                            material.scenes())
                        .run(model, folder, context.display(), "Student, " + agentName(kind));
                context.tell().accept(speed.line("Student, " + agentName(kind)));
              }
            });
  }

  private static TrainingPlan trainingOf(StudentSettings settings, GuidanceKind kind) {
    return switch (kind) {
      case NONE -> settings.baseline();
      case TEACHER -> settings.guided();
      case DISTILLED -> settings.distilled();
    };
  }

  /** A student as its training begins. */
  StudentModel untrained(GuidanceKind kind, Optional<Stage> start, NDManager manager) {
    StudentModel model = model(kind);
    model.initialize(manager, context.experiment().seed());
    anchors.equip(model, manager);
    if (start.isEmpty()) {
      StartingWeights.load(context.experiment().student(), model.student(), manager)
          .forEach(context.tell());
    }
    start.ifPresent(
        stage ->
            WeightsFile.at(weights(stage.folder()))
                .renamed(StudentModel::nameInDistilled)
                .allowMissing(name -> name.startsWith(StudentModel.GUIDANCE))
                .load(model, manager));
    return model;
  }

  /** A student with the weights that a stage trained, in memory of {@code manager}. */
  StudentModel trained(GuidanceKind kind, Stage stage, NDManager manager) {
    StudentModel model = model(kind);
    model.initialize(manager, 0);
    WeightsFile.at(weights(stage.folder())).load(model, manager);
    return model;
  }

  private StudentModel model(GuidanceKind kind) {
    return new StudentModel(planner(context.experiment().student()), kind, guidance);
  }

  /** The planner of an experiment with the head that it chose. */
  static Student planner(StudentSettings settings) {
    return settings.head().isPresent()
        ? new Transfuser(settings.requiredTransfuser(), settings.head().get()::head)
        : settings.choice().create();
  }

  private static Path weights(Path folder) {
    return folder.resolve(StudentTraining.WEIGHTS_FILE);
  }
}
