package io.drivedistill.distill;

import io.drivedistill.core.Progress;
import io.drivedistill.core.Provenance;
import io.drivedistill.core.RunDirectory;
import io.drivedistill.core.Stage;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.SceneCaches;
import io.drivedistill.student.SceneSamples;
import io.drivedistill.student.StudentChoice;
import io.drivedistill.student.StudentSample;
import io.drivedistill.teacher.cache.FeatureCache;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Carries an experiment through all its stages. Stages that are done are skipped, one that was
 * killed continues; each stage is named by the settings and stages that it depends on, so a changed
 * setting redoes what it concerns and nothing else.
 */
public final class ExperimentRun {
  /** Up to which point a run goes. */
  public enum Goal {
    /** Synthetic towns, or nothing where a NAVSIM tree is given. */
    DATA,
    /** The latent action model, both stages. */
    LATENT_ACTION,
    /** The codes of all scenes. */
    CODES,
    /** The teacher. */
    TEACHER,
    /** What the teacher says of all scenes. */
    TEACHER_FEATURES,
    /** The three students. */
    STUDENTS,
    /** Their scores. */
    SCORE,
    /** The ONNX model. */
    EXPORT,
    /** The page. */
    REPORT
  }

  private final RunContext context;

  private ExperimentRun(RunContext context) {
    this.context = context;
  }

  /**
   * Runs an experiment.
   *
   * @param goal last stage to be done
   * @param tell takes one line of result for the user at a time
   * @return folder of the goal's stage
   */
  public static Path execute(
      Experiment experiment, Goal goal, Progress.Display display, Consumer<String> tell) {
    MissingFiles.refuse(experiment);
    TensorLibrary.useThreads(experiment.threads());
    StartingWeights.check(experiment.student());
    try (RunDirectory directory = RunDirectory.open(experiment.folder())) {
      Provenance.capture(experiment.key(), experiment.seed()).writeTo(directory.root());
      return new ExperimentRun(new RunContext(experiment, directory, display, tell)).run(goal);
    }
  }

  private Path run(Goal goal) {
    DataStage data = DataStage.run(context);
    if (goal == Goal.DATA) {
      return data.stage().folder();
    }
    return goal.compareTo(Goal.STUDENTS) < 0
        ? teach(data, goal).get(goal).folder()
        : study(data, goal);
  }

  /** The stages from the latent action model to a goal, which is the teacher's features at most. */
  private Map<Goal, Stage> teach(DataStage data, Goal goal) {
    LatentActionStage latentAction = new LatentActionStage(context, data);
    Map<Goal, Stage> done = new EnumMap<>(Goal.class);
    Stage last = null;
    for (Goal next : EnumSet.range(Goal.LATENT_ACTION, goal)) {
      last =
          switch (next) {
            case LATENT_ACTION -> latentAction.train();
            case CODES -> latentAction.label(last);
            case TEACHER ->
                new TeacherStage(context, data, latentAction.codes(last), latentAction.positions())
                    .run(last);
            case TEACHER_FEATURES -> new FeatureStage(context, data).run(last);
            default -> throw new IllegalArgumentException(next + " is not the teacher's");
          };
      done.put(next, last);
    }
    return done;
  }

  /** Trains the students and judges them; the baseline needs no teacher and waits for none. */
  private Path study(DataStage data, Goal goal) {
    try (Samples samples = prepare(data);
        AnchorStages anchors =
            AnchorStages.run(context, data, samples.labelled(), samples.labelledStage());
        Alongside<Stage> baseline =
            new Alongside<>("drivedistill-baseline", () -> baseline(data, samples, anchors))) {
      Map<Goal, Stage> taught = teach(data, Goal.TEACHER_FEATURES);
      Stage features = taught.get(Goal.TEACHER_FEATURES);
      try (FeatureCache cache = FeatureStage.open(features)) {
        StudentStage students = new StudentStage(context, FeatureStage.sizes(cache), anchors);
        Map<GuidanceKind, Stage> trained =
            train(data, students, samples, cache, features, baseline);
        return goal == Goal.STUDENTS
            ? trained.get(GuidanceKind.DISTILLED).folder()
            : judge(data, goal, students, samples, cache, taught, trained);
      }
    }
  }

  private Path judge(
      DataStage data,
      Goal goal,
      StudentStage students,
      Samples samples,
      FeatureCache cache,
      Map<Goal, Stage> taught,
      Map<GuidanceKind, Stage> trained) {
    Stage score =
        new ScoreStage(context, data, students)
            .run(
                trained,
                samples.heldOut(),
                token -> FeatureStage.sample(cache, token),
                trained.get(GuidanceKind.NONE),
                trained.get(GuidanceKind.TEACHER),
                trained.get(GuidanceKind.DISTILLED));
    if (goal == Goal.SCORE) {
      return score.folder();
    }
    Stage export =
        new ExportStage(context, data, students)
            .run(
                trained.get(GuidanceKind.DISTILLED),
                score,
                samples.labelled(),
                samples.heldOut(),
                samples.labelledStage());
    if (goal == Goal.EXPORT) {
      return export.folder();
    }
    Stage actions = taught.get(Goal.LATENT_ACTION);
    ReportStage.Results results =
        new ReportStage.Results(
            actions, taught.get(Goal.CODES), taught.get(Goal.TEACHER), trained, score, export);
    SceneSelection heldOut = context.experiment().data().heldOut();
    NavsimDataset dataset = data.open(heldOut);
    Stage report =
        new ReportStage(context)
            .run(
                results,
                LatentActionStage.codebooks(actions),
                new SceneGallery(dataset, data.scenes(heldOut).toList()));
    return report.folder().resolve(ReportStage.REPORT_FILE);
  }

  /** Prepared scenes of the three selections. */
  private record Samples(
      Stage labelledStage,
      Stage unlabelledStage,
      SampleStore labelled,
      SampleStore unlabelled,
      SampleStore heldOut)
      implements AutoCloseable {
    @Override
    public void close() {
      labelled.close();
      unlabelled.close();
      heldOut.close();
    }
  }

  private Samples prepare(DataStage data) {
    DataSettings settings = context.experiment().data();
    StudentChoice<?> planner = context.experiment().student().choice();
    Object config = planner.settings();
    SceneSamples samples = planner.samples();
    SampleStore.Preparation labels = samples::of;
    SampleStore.Preparation sensors =
        (dataset, scene) ->
            new StudentSample(scene.token(), samples.inputs(dataset, scene), Optional.empty());
    Stage labelled =
        SampleStage.run(context, data, "labelled", settings.labelled(), config, labels);
    Stage unlabelled =
        SampleStage.run(context, data, "unlabelled", settings.unlabelled(), config, sensors);
    Stage heldOut = SampleStage.run(context, data, "held-out", settings.heldOut(), config, sensors);
    return new Samples(
        labelled,
        unlabelled,
        SampleStage.open(data, settings.labelled(), labelled, labels),
        SampleStage.open(data, settings.unlabelled(), unlabelled, sensors),
        SampleStage.open(data, settings.heldOut(), heldOut, sensors));
  }

  private SceneCaches scenes(DataStage data, SampleStore labelled) {
    SceneSelection selection = context.experiment().data().labelled();
    NavsimDataset dataset = data.open(selection);
    return new TrainingScenes(dataset, selection.filterFor(dataset), labelled);
  }

  private Stage baseline(DataStage data, Samples samples, AnchorStages anchors) {
    StudentStage.Material alone =
        new StudentStage.Material(
            samples.labelled(),
            Optional.empty(),
            token -> Optional.empty(),
            scenes(data, samples.labelled()));
    return StudentStage.withoutTeacher(context, anchors)
        .run(GuidanceKind.NONE, Optional.empty(), alone, samples.labelledStage());
  }

  private Map<GuidanceKind, Stage> train(
      DataStage data,
      StudentStage students,
      Samples samples,
      FeatureCache cache,
      Stage features,
      Alongside<Stage> baseline) {
    SceneCaches scenes = scenes(data, samples.labelled());
    Map<GuidanceKind, Stage> trained = new EnumMap<>(GuidanceKind.class);
    trained.put(GuidanceKind.NONE, baseline.get());
    StudentStage.Material taught =
        new StudentStage.Material(
            samples.labelled(),
            Optional.empty(),
            token -> FeatureStage.sample(cache, token),
            scenes);
    Stage guided =
        students.run(
            GuidanceKind.TEACHER, Optional.empty(), taught, samples.labelledStage(), features);
    trained.put(GuidanceKind.TEACHER, guided);
    int perStep = context.experiment().student().unlabelledPerStep();
    StudentStage.Material imitating =
        new StudentStage.Material(
            samples.labelled(),
            perStep == 0
                ? Optional.empty()
                : Optional.of(new StudentTraining.Unlabelled(samples.unlabelled(), perStep)),
            token -> FeatureStage.sample(cache, token),
            scenes);
    trained.put(
        GuidanceKind.DISTILLED,
        students.run(
            GuidanceKind.DISTILLED,
            Optional.of(guided),
            imitating,
            samples.labelledStage(),
            samples.unlabelledStage(),
            features,
            guided));
    return trained;
  }
}
