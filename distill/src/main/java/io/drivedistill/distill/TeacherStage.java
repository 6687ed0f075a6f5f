package io.drivedistill.distill;

import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.core.Stage;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.teacher.action.CodeLabels;
import io.drivedistill.teacher.action.NavsimScenes;
import io.drivedistill.teacher.action.QwenTeacher;
import io.drivedistill.teacher.action.SceneReader;
import io.drivedistill.teacher.action.TeacherConfig;
import io.drivedistill.teacher.action.TeacherEvaluation;
import io.drivedistill.teacher.action.TeacherTraining;
import io.drivedistill.teacher.prompt.EncodedScene;
import java.nio.file.Path;
import java.util.List;

/** Trains the teacher on the codes of unlabelled scenes and judges it on held-out towns. */
final class TeacherStage {
  private static final String NAME = "teacher";
  private static final int CODE_VERSION = 1;
  private static final String EVALUATION_FILE = "evaluation.json";

  private final RunContext context;
  private final DataStage data;
  private final CodeLabels codes;
  private final TeacherConfig config;

  TeacherStage(RunContext context, DataStage data, CodeLabels codes, int positions) {
    this.context = context;
    this.data = data;
    this.codes = codes;
    config =
        context
            .experiment()
            .teacher()
            .config(context.experiment().latentAction().model().codes(), positions);
  }

  Stage run(Stage codesStage) {
    Experiment experiment = context.experiment();
    record Inputs(
        TeacherConfig config, long seed, SceneSelection unlabelled, SceneSelection heldOut) {}
    Inputs inputs =
        new Inputs(
            config, experiment.seed(), experiment.data().unlabelled(), experiment.data().heldOut());
    return context
        .directory()
        .stage(
            NAME,
            context.tensorKey(NAME, CODE_VERSION, inputs, data.stage(), codesStage),
            folder -> train(folder));
  }

  private void train(Path folder) {
    Experiment experiment = context.experiment();
    try (QwenTeacher teacher = QwenTeacher.untrained(config, experiment.seed())) {
      List<EncodedScene> scenes = encode(teacher, experiment.data().unlabelled(), "unlabelled");
      try (Progress progress = context.display().open("Teacher", config.training().steps())) {
        StepProgress steps = new StepProgress(progress);
        new TeacherTraining(teacher, scenes, codes, experiment.seed()).run(folder, steps::show);
      }
      teacher.save(folder);
      List<EncodedScene> heldOut = encode(teacher, experiment.data().heldOut(), "held-out");
      TeacherEvaluation evaluation =
          TeacherEvaluation.of(teacher, heldOut, codes, config.training().batchSize());
      JsonFiles.write(folder.resolve(EVALUATION_FILE), evaluation);
      context
          .tell()
          .accept(
              String.format(
                  "Teacher on %d held-out scenes: %.1f %% of codes right, most frequent code"
                      + " %.1f %%, log loss %.2f of %.2f nats",
                  evaluation.scenes(),
                  100 * evaluation.accuracy(),
                  100 * evaluation.majorityAccuracy(),
                  evaluation.logLoss(),
                  evaluation.entropy()));
    }
  }

  private List<EncodedScene> encode(QwenTeacher teacher, SceneSelection selection, String what) {
    List<Scene> scenes = data.scenes(selection).toList();
    NavsimScenes inputs =
        new NavsimScenes(new SceneReader(data.open(selection), config.view()), scenes);
    try (Progress progress = context.display().open("Teacher inputs, " + what, scenes.size())) {
      return inputs.encodeAll(teacher.encoder(), Parallel.processors(), progress);
    }
  }

  /** How well the trained teacher predicts codes of held-out towns. */
  static TeacherEvaluation evaluation(Stage stage) {
    return JsonFiles.read(stage.folder().resolve(EVALUATION_FILE), TeacherEvaluation.class);
  }
}
