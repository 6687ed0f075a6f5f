package io.drivedistill.distill;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Parallel;
import io.drivedistill.core.Progress;
import io.drivedistill.core.Stage;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.Trajectory;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.navsim.score.ScoreTable;
import io.drivedistill.navsim.score.ScoreTableFile;
import io.drivedistill.navsim.score.SplitScorer;
import io.drivedistill.navsim.submission.NamedTrajectory;
import io.drivedistill.navsim.submission.TrajectoryLines;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.student.GuidanceKind;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.TeacherSample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lets every agent plan every held-out scene and scores the plans: the human, constant velocity and
 * the three students. Leaves {@value #TRAJECTORIES_FILE}, {@value #SCORES_FILE} and {@value
 * #DISPLACEMENTS_FILE}.
 */
final class ScoreStage {
  /** Name of the human driver among the agents. */
  static final String HUMAN = "human";

  /** Name of the agent that keeps speed and heading. */
  static final String CONSTANT_VELOCITY = "constant velocity";

  private static final String NAME = "score";
  private static final int CODE_VERSION = 2;
  private static final String TRAJECTORIES_FILE = "trajectories.jsonl";
  private static final String SCORES_FILE = "scores.csv";
  private static final String DISPLACEMENTS_FILE = "displacements.json";

  private final RunContext context;
  private final DataStage data;
  private final StudentStage students;

  ScoreStage(RunContext context, DataStage data, StudentStage students) {
    this.context = context;
    this.data = data;
    this.students = students;
  }

  /**
   * Scores.
   *
   * @param trained the stage of each student
   * @param heldOut prepared scenes
   * @param upstream every stage whose results are read
   */
  Stage run(
      Map<GuidanceKind, Stage> trained,
      SampleStore heldOut,
      Function<String, Optional<TeacherSample>> teacher,
      Stage... upstream) {
    ScoreSettings settings = context.experiment().score();
    if (!settings.scorer().equals(PdmScorer.NAME)) {
      throw new DriveDistillException(
          "score.scorer is '" + settings.scorer() + "', a run scores with " + PdmScorer.NAME,
          "Maybe set score.scorer to " + PdmScorer.NAME + ".");
    }
    record Inputs(String scorer, SceneSelection heldOut) {}
    Inputs inputs = new Inputs(settings.scorer(), context.experiment().data().heldOut());
    return context
        .directory()
        .stage(
            NAME,
            context.tensorKey(NAME, CODE_VERSION, inputs, upstream),
            folder -> score(folder, trained, heldOut, teacher));
  }

  private void score(
      Path folder,
      Map<GuidanceKind, Stage> trained,
      SampleStore heldOut,
      Function<String, Optional<TeacherSample>> teacher) {
    Map<String, Map<String, StudentAgent.Plan>> proposed = new LinkedHashMap<>();
    int plans = heldOut.size() * trained.size();
    try (Progress progress = context.display().open("Planning", plans)) {
      trained.forEach(
          (kind, stage) -> {
            try (NDManager manager = TensorLibrary.newManager()) {
              StudentModel model = students.trained(kind, stage, manager);
              proposed.put(
                  StudentStage.agentName(kind),
                  new StudentAgent(model, manager, teacher).plan(heldOut, progress));
            }
          });
    }
    Map<String, Map<String, Trajectory>> planned = new LinkedHashMap<>();
    proposed.forEach(
        (agent, byToken) -> {
          Map<String, Trajectory> chosen = new LinkedHashMap<>();
          byToken.forEach((token, plan) -> chosen.put(token, plan.chosen()));
          planned.put(agent, chosen);
        });
    SceneSelection selection = context.experiment().data().heldOut();
    NavsimDataset dataset = data.open(selection);
    SplitScorer.Outcome outcome =
        SplitScorer.score(
            dataset,
            selection.filterFor(dataset),
            scene -> trajectories(scene, planned),
            Parallel.processors(),
            context.display());
    if (!outcome.failures().isEmpty()) {
      SplitScorer.Failure first = outcome.failures().get(0);
      throw new DriveDistillException(
          outcome.failures().size()
              + " held-out scenes could not be scored, the first is "
              + first.token()
              + ": "
              + first.reason(),
          "Maybe the map or the log of this scene is damaged; leave its log out of data.heldOut.");
    }
    writePlans(folder.resolve(TRAJECTORIES_FILE), selection, planned);
    Displacement.Table displacements = displacements(selection, proposed);
    JsonFiles.write(folder.resolve(DISPLACEMENTS_FILE), displacements);
    ScoreTableFile.write(folder.resolve(SCORES_FILE), outcome.table());
    for (String agent : outcome.table().names()) {
      context
          .tell()
          .accept(
              String.format(
                  Locale.ROOT,
                  "%-18s PDMS %.2f on %d held-out scenes",
                  agent,
                  100 * outcome.table().meanScore(agent),
                  heldOut.size()));
    }
    displacements.students().forEach(student -> context.tell().accept(student.line()));
  }

  private Displacement.Table displacements(
      SceneSelection selection, Map<String, Map<String, StudentAgent.Plan>> proposed) {
    Map<String, Displacement.Sum> sums = new LinkedHashMap<>();
    data.scenes(selection)
        .forEach(
            scene ->
                proposed.forEach(
                    (agent, plans) ->
                        sums.computeIfAbsent(agent, name -> new Displacement.Sum())
                            .add(plans.get(scene.token()), scene.humanTrajectory())));
    List<Displacement> students = new ArrayList<>();
    sums.forEach((agent, sum) -> students.add(sum.of(agent)));
    return new Displacement.Table(students);
  }

  private static Map<String, Trajectory> trajectories(
      Scene scene, Map<String, Map<String, Trajectory>> planned) {
    Map<String, Trajectory> byAgent = new LinkedHashMap<>();
    byAgent.put(HUMAN, scene.humanTrajectory());
    byAgent.put(CONSTANT_VELOCITY, scene.constantVelocityTrajectory());
    planned.forEach((agent, plans) -> byAgent.put(agent, plans.get(scene.token())));
    return byAgent;
  }

  private void writePlans(
      Path file, SceneSelection selection, Map<String, Map<String, Trajectory>> planned) {
    List<NamedTrajectory> lines = new ArrayList<>();
    data.scenes(selection)
        .forEach(
            scene ->
                trajectories(scene, planned)
                    .forEach(
                        (agent, plan) ->
                            lines.add(new NamedTrajectory(scene.token(), agent, plan))));
    TrajectoryLines.write(file, lines);
  }

  /** The score of every agent in every scene. */
  static ScoreTable table(Stage stage) {
    return ScoreTableFile.read(stage.folder().resolve(SCORES_FILE));
  }

  /** How far every student's plans lie from what people drove. */
  static List<Displacement> displacements(Stage stage) {
    return JsonFiles.read(stage.folder().resolve(DISPLACEMENTS_FILE), Displacement.Table.class)
        .students();
  }

  /** Every agent's plans by agent and scene token. */
  static Map<String, Map<String, Trajectory>> plans(Stage stage) {
    Map<String, Map<String, Trajectory>> plans = new LinkedHashMap<>();
    TrajectoryLines.read(stage.folder().resolve(TRAJECTORIES_FILE))
        .forEach(
            line ->
                plans
                    .computeIfAbsent(line.name(), name -> new LinkedHashMap<>())
                    .put(line.token(), line.trajectory()));
    return plans;
  }
}
