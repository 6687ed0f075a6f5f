package io.drivedistill.distill;

import io.drivedistill.core.JsonFiles;
import io.drivedistill.core.Progress;
import io.drivedistill.nn.WeightsFile;
import io.drivedistill.nn.training.SampleOrder;
import io.drivedistill.nn.training.TrainingLoop;
import io.drivedistill.nn.training.TrainingPlan;
import io.drivedistill.nn.training.TrainingSpeed;
import io.drivedistill.student.DistillationLoss;
import io.drivedistill.student.SceneCaches;
import io.drivedistill.student.StudentExample;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.StudentObjective;
import io.drivedistill.student.StudentSample;
import io.drivedistill.student.TeacherSample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Trains a student on labelled scenes and, where it imitates a teacher, on scenes that nobody
 * labelled as well: these count in the imitation terms only.
 *
 * <p>A step draws its labelled scenes in shuffled epochs and its unlabelled ones in shuffled epochs
 * of their own, both from the plan's seed, so every kind of student sees the same labelled batches.
 */
public final class StudentTraining {
  /** Name of the trained weights in the training's folder. */
  public static final String WEIGHTS_FILE = "student.safetensors";

  /** Name of the training's {@link TrainingSpeed}. */
  public static final String SPEED_FILE = "speed.json";

  /** Entry of the weights' metadata that holds the {@link io.drivedistill.student.GuidanceKind}. */
  static final String KIND = "kind";

  private static final long UNLABELLED_STREAM = 0x9E3779B97F4A7C15L;

  private final TrainingPlan plan;
  private final long seed;
  private final DistillationLoss.Weights lossWeights;
  private final SampleStore labelled;
  private final HeadTargets headTargets;
  private final Optional<Unlabelled> unlabelled;
  private final Function<String, Optional<TeacherSample>> teacher;
  private final SceneCaches scenes;

  /**
   * Scenes without labels.
   *
   * @param samples where they are read from; targets in it are ignored
   * @param perStep how many are added to each step's batch
   */
  public record Unlabelled(SampleStore samples, int perStep) {}

  /** Adds what the planning head learns beside the student's own targets. */
  @FunctionalInterface
  public interface HeadTargets {
    /**
     * @param sample labelled sample number {@code index}
     */
    StudentSample taught(StudentSample sample, int index);
  }

  /**
   * @param seed of sample order and dropout
   * @param headTargets adds the planning head's targets to labelled samples
   * @param teacher what the frozen teacher said of a scene, by token; empty where it was not asked
   * @param scenes the labelled scenes, for planners that learn from scores of their proposals
   */
  public StudentTraining(
      TrainingPlan plan,
      long seed,
      DistillationLoss.Weights lossWeights,
      SampleStore labelled,
      HeadTargets headTargets,
      Optional<Unlabelled> unlabelled,
      Function<String, Optional<TeacherSample>> teacher,
      SceneCaches scenes) {
    this.plan = plan;
    this.seed = seed;
    this.lossWeights = lossWeights;
    this.labelled = labelled;
    this.headTargets = headTargets;
    this.unlabelled = unlabelled;
    this.teacher = teacher;
    this.scenes = scenes;
  }

  /**
   * Trains a model with initial weights to the plan's end, from the last checkpoint in the folder
   * if there is one, and writes {@value #WEIGHTS_FILE} and {@value #SPEED_FILE} there.
   *
   * @return how fast it went, since the last checkpoint before a kill
   */
  public TrainingSpeed run(StudentModel model, Path folder, Progress.Display display, String task) {
    Optional<SampleOrder> unlabelledOrder =
        unlabelled.map(
            u -> new SampleOrder(seed ^ UNLABELLED_STREAM, u.samples().size(), u.perStep()));
    TrainingSpeed speed;
    try (Progress progress = display.open(task, plan.steps())) {
      StepProgress steps = new StepProgress(progress);
      TrainingLoop<List<StudentExample>> loop =
          new TrainingLoop<>(
              plan,
              seed,
              model,
              labelled.size(),
              (step, indices, stepSeed) -> examples(indices, step, unlabelledOrder),
              new StudentObjective(model, lossWeights, scenes));
      loop.withCheckpoints(folder).withListener(steps::show).run();
      speed = loop.speed();
    }
    JsonFiles.write(folder.resolve(SPEED_FILE), speed);
    WeightsFile.save(model, folder.resolve(WEIGHTS_FILE), Map.of(KIND, model.kind().name()));
    return speed;
  }

  private List<StudentExample> examples(int[] indices, long step, Optional<SampleOrder> order) {
    List<StudentExample> examples = new ArrayList<>();
    for (int index : indices) {
      examples.add(taught(headTargets.taught(labelled.read(index), index)));
    }
    if (order.isPresent()) {
      SampleStore source = unlabelled.orElseThrow().samples();
      for (int index : order.get().at(step)) {
        examples.add(taught(source.read(index).withoutTargets()));
      }
    }
    return examples;
  }

  private StudentExample taught(StudentSample sample) {
    return new StudentExample(sample, teacher.apply(sample.token()));
  }
}
