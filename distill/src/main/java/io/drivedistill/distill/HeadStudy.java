package io.drivedistill.distill;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.core.RunDirectory;
import io.drivedistill.core.Stage;
import io.drivedistill.core.YamlConfig;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.navsim.score.SplitScorer;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.nn.training.LossHistory;
import io.drivedistill.nn.training.StepReport;
import io.drivedistill.nn.training.TrainingLoop;
import io.drivedistill.nn.training.TrainingPlan;
import io.drivedistill.student.SceneCaches;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.StudentSample;
import io.drivedistill.student.head.HeadConfig;
import io.drivedistill.student.transfuser.TransfuserLoss;
import io.drivedistill.student.transfuser.TransfuserSamples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Planning heads side by side: the same student without a teacher, trained on the same scenes in
 * the same order with one head after the other, then scored and exported. Every training is a stage
 * of its own, so that a study continues after a kill.
 */
public final class HeadStudy {
  private static final int CODE_VERSION = 1;
  private static final String RESULTS_FILE = "heads.json";
  private static final int STEPS_OF_A_MEAN = 20;
  private static final Set<String> PERCEPTION =
      Set.of(TransfuserLoss.AGENT_CLASS, TransfuserLoss.AGENT_BOX, TransfuserLoss.BEV_SEMANTIC);

  /**
   * A study, bound from YAML.
   *
   * @param folder where it keeps its stages
   * @param experiment data, planner, loss and seed
   * @param heldOutFrameInterval distance of held-out scenes in frames
   * @param training of every student
   * @param heads the heads, in the order of the table
   */
  public record Settings(
      Path folder,
      Path experiment,
      int heldOutFrameInterval,
      TrainingPlan training,
      List<Candidate> heads) {}

  /**
   * One head.
   *
   * @param name for the table
   * @param head the head; empty for the planner's own
   */
  public record Candidate(String name, Optional<HeadConfig> head) {}

  /**
   * What a head gave.
   *
   * @param firstLoss planning loss, mean of the first steps
   * @param lastLoss the same at the end
   * @param displacement of its plans
   * @param score mean PDM score, 0 to 1
   * @param exportDifference largest relative difference between ONNX Runtime and DJL
   */
  public record Row(
      String name,
      double firstLoss,
      double lastLoss,
      Displacement displacement,
      double score,
      double exportDifference) {}

  /**
   * All heads.
   *
   * @param constantVelocityScore mean PDM score of keeping speed and heading
   * @param humanScore of the recorded drivers
   */
  public record Results(
      int scenes, double constantVelocityScore, double humanScore, List<Row> rows) {}

  private final Settings settings;
  private final Experiment experiment;
  private final Progress.Display display;

  private HeadStudy(Settings settings, Progress.Display display) {
    this.settings = settings;
    this.display = display;
    experiment =
        Experiment.read(settings.experiment())
            .with(settings.folder(), settings.heldOutFrameInterval());
    if (experiment.student().startFrom().isPresent()) {
      throw new DriveDistillException(
          "Planning heads are compared from the same random start, but "
              + settings.experiment()
              + " has student.startFrom",
          "Maybe name an experiment without it.");
    }
  }

  /** Runs a study. */
  public static Results run(Path config, Progress.Display display) {
    return new HeadStudy(YamlConfig.read(config, Settings.class), display).run();
  }

  private record Outcome(
      Map<String, StudentAgent.Plan> plans, List<StepReport> steps, double parity) {}

  private Results run() {
    MissingFiles.refuse(experiment);
    TensorLibrary.useThreads(experiment.threads());
    try (RunDirectory directory = RunDirectory.open(settings.folder())) {
      RunContext context = new RunContext(experiment, directory, display, line -> {});
      DataStage data = DataStage.run(context);
      DataSettings sources = experiment.data();
      TransfuserSamples samples = new TransfuserSamples(experiment.student().requiredTransfuser());
      SampleStore.Preparation labels = samples::of;
      SampleStore.Preparation sensors =
          (dataset, scene) ->
              new StudentSample(scene.token(), samples.inputs(dataset, scene), Optional.empty());
      Stage labelledStage =
          SampleStage.run(
              context,
              data,
              "labelled",
              sources.labelled(),
              experiment.student().requiredTransfuser(),
              labels);
      Stage heldOutStage =
          SampleStage.run(
              context,
              data,
              "held-out",
              sources.heldOut(),
              experiment.student().requiredTransfuser(),
              sensors);
      Map<String, Outcome> outcomes = new LinkedHashMap<>();
      try (SampleStore labelled =
              SampleStage.open(data, sources.labelled(), labelledStage, labels);
          SampleStore heldOut = SampleStage.open(data, sources.heldOut(), heldOutStage, sensors)) {
        for (Candidate candidate : settings.heads()) {
          outcomes.put(
              candidate.name(), outcome(candidate, data, labelled, labelledStage, heldOut));
        }
      }
      Results results = results(data, outcomes);
      JsonFiles.write(settings.folder().resolve(RESULTS_FILE), results);
      return results;
    }
  }

  private Outcome outcome(
      Candidate candidate,
      DataStage data,
      SampleStore labelled,
      Stage labelledStage,
      SampleStore heldOut) {
    Experiment own = experiment.with(candidate.head());
    Path folder = settings.folder().resolve("heads").resolve(candidate.name());
    try (RunDirectory directory = RunDirectory.open(folder);
        NDManager manager = TensorLibrary.newManager()) {
      RunContext context = new RunContext(own, directory, display, line -> {});
      try (AnchorStages anchors = AnchorStages.run(context, data, labelled, labelledStage)) {
        StudentModel model = StudentModel.baseline(StudentStage.planner(own.student()));
        model.initialize(manager, own.seed());
        anchors.equip(model, manager);
        SceneSelection selection = experiment.data().labelled();
        NavsimDataset dataset = data.open(selection);
        SceneCaches scenes = new TrainingScenes(dataset, selection.filterFor(dataset), labelled);
        Stage trained = train(candidate, context, model, anchors, labelled, labelledStage, scenes);
        WeightsFile.at(trained.folder().resolve(StudentTraining.WEIGHTS_FILE)).load(model, manager);
        try (Progress progress = display.open("Planning, " + candidate.name(), heldOut.size())) {
          return new Outcome(
              new StudentAgent(model, manager, token -> Optional.empty()).plan(heldOut, progress),
              LossHistory.read(trained.folder().resolve(TrainingLoop.HISTORY_FILE)),
              ExportedStudent.of(model, own.seed(), own.export().tolerance())
                  .parity()
                  .largestRelative());
        }
      }
    }
  }

  private Stage train(
      Candidate candidate,
      RunContext context,
      StudentModel model,
      AnchorStages anchors,
      SampleStore labelled,
      Stage labelledStage,
      SceneCaches scenes) {
    record Inputs(Object transfuser, Candidate head, TrainingPlan training, long seed) {}
    StudentSettings student = context.experiment().student();
    List<Stage> upstream = new ArrayList<>(anchors.stages());
    upstream.add(labelledStage);
    return context
        .directory()
        .stage(
            "student",
            context.tensorKey(
                "student of a head study",
                CODE_VERSION,
                new Inputs(
                    student.requiredTransfuser(),
                    candidate,
                    settings.training(),
                    experiment.seed()),
                upstream.toArray(Stage[]::new)),
            folder ->
                new StudentTraining(
                        settings.training(),
                        experiment.seed(),
                        student.distillation(),
                        labelled,
                        anchors::taught,
                        Optional.empty(),
                        token -> Optional.empty(),
                        scenes)
                    .run(model, folder, display, "Student, " + candidate.name()));
  }

  private Results results(DataStage data, Map<String, Outcome> outcomes) {
    SceneSelection selection = experiment.data().heldOut();
    NavsimDataset dataset = data.open(selection);
    Map<String, Displacement.Sum> sums = new LinkedHashMap<>();
    outcomes.keySet().forEach(name -> sums.put(name, new Displacement.Sum()));
    data.scenes(selection)
        .forEach(
            scene ->
                outcomes.forEach(
                    (name, outcome) ->
                        sums.get(name)
                            .add(outcome.plans().get(scene.token()), scene.humanTrajectory())));
    SplitScorer.Outcome scored =
        SplitScorer.score(
            dataset,
            selection.filterFor(dataset),
            scene -> {
              Map<String, Trajectory> plans = new LinkedHashMap<>();
              plans.put(ScoreStage.HUMAN, scene.humanTrajectory());
              plans.put(ScoreStage.CONSTANT_VELOCITY, scene.constantVelocityTrajectory());
              outcomes.forEach(
                  (name, outcome) -> plans.put(name, outcome.plans().get(scene.token()).chosen()));
              return plans;
            },
            Parallel.processors(),
            display);
    ScoreTable table = scored.table();
    List<Row> rows = new ArrayList<>();
    outcomes.forEach(
        (name, outcome) -> {
          int steps = outcome.steps().size();
          rows.add(
              new Row(
                  name,
                  meanLoss(outcome.steps().subList(0, Math.min(STEPS_OF_A_MEAN, steps))),
                  meanLoss(outcome.steps().subList(Math.max(0, steps - STEPS_OF_A_MEAN), steps)),
                  sums.get(name).of(name),
                  table.meanScore(name),
                  outcome.parity()));
        });
    return new Results(
        table.column(ScoreStage.HUMAN, ScoreTable.SCORE).size(),
        table.meanScore(ScoreStage.CONSTANT_VELOCITY),
        table.meanScore(ScoreStage.HUMAN),
        rows);
  }

  /** Mean of the planning head's terms over steps. */
  private static double meanLoss(List<StepReport> steps) {
    return steps.stream()
        .mapToDouble(
            step ->
                step.metrics().entrySet().stream()
                    .filter(part -> !PERCEPTION.contains(part.getKey()))
                    .mapToDouble(Map.Entry::getValue)
                    .sum())
        .average()
        .orElse(Double.NaN);
  }
}
