package io.drivedistill.distill;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.core.Provenance;
import io.drivedistill.export.ModelCard;
import io.drivedistill.export.Precision;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.submission.NamedTrajectory;
import io.drivedistill.nn.LoadReport;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.student.SceneSamples;
import io.drivedistill.student.StudentChoice;
import io.drivedistill.student.StudentModel;
import io.drivedistill.student.StudentSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A planner with the weights of a checkpoint that somebody published, or that a run trained without
 * a teacher: ready to plan and to be exported, nothing is trained.
 */
public final class PublishedPlanner implements AutoCloseable {
  static final long SEED = 1;

  private final NDManager manager;
  private final StudentChoice<?> choice;
  private final StudentModel model;
  private final LoadReport weights;

  private PublishedPlanner(
      NDManager manager, StudentChoice<?> choice, StudentModel model, LoadReport weights) {
    this.manager = manager;
    this.choice = choice;
    this.model = model;
    this.weights = weights;
  }

  /**
   * Loads a planner.
   *
   * @param file safetensors or a PyTorch checkpoint; no code in it is ever run
   * @throws DriveDistillException listing all missing, extra and misshapen tensors
   */
  public static PublishedPlanner load(StudentChoice<?> choice, Path file) {
    StudentModel model = StudentModel.baseline(choice.create());
    NDManager manager = TensorLibrary.newManager();
    try {
      LoadReport weights = PlannerWeights.of(choice.kind(), file).load(model.student(), manager);
      // What the kind lets a checkpoint lack; nothing for most.
      model.initialize(manager, SEED);
      return new PublishedPlanner(manager, choice, model, weights);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** What was loaded, for people. */
  public String line() {
    return StartingWeights.line("Weights of", weights);
  }

  /**
   * Plans every scene of a filter, in the order of logs and frames. Inputs are decoded as they are
   * needed and not kept.
   *
   * @param name of the planner in the results
   * @throws DriveDistillException if there is no scene, or pictures or point clouds that the
   *     planner takes are missing or damaged
   */
  public List<NamedTrajectory> plan(
      NavsimDataset dataset, SceneFilter filter, String name, Progress.Display display) {
    List<NamedTrajectory> plans = new ArrayList<>();
    try (SampleStore scenes = scenes(dataset, filter);
        Progress progress = display.open("Planning", scenes.size())) {
      new StudentAgent(model, manager, token -> Optional.empty())
          .plan(scenes, progress)
          .forEach((token, plan) -> plans.add(new NamedTrajectory(token, name, plan.chosen())));
    }
    return plans;
  }

  private SampleStore scenes(NavsimDataset dataset, SceneFilter filter) {
    SceneSamples samples = choice.samples();
    return SampleStore.unstored(
        new SampleStore.Source(
            dataset,
            filter,
            (from, scene) ->
                new StudentSample(scene.token(), samples.inputs(from, scene), Optional.empty())));
  }

  /**
   * How a planner leaves.
   *
   * @param precisions besides FP32, which is always there
   * @param scenes of a data set that integers are calibrated on and that every precision drives;
   *     empty where there are none
   * @param threads of ONNX Runtime, for the latency
   * @param runs that are timed back to back, of the models and of the network
   */
  public record Packaging(
      Set<Precision> precisions, Optional<NavsimDataset> scenes, int threads, int runs) {
    /** Adds FP32 and checks that there are scenes for integers. */
    public Packaging {
      EnumSet<Precision> all = EnumSet.of(Precision.FP32);
      all.addAll(precisions);
      precisions = Collections.unmodifiableSet(all);
      if (scenes.isEmpty() && all.stream().anyMatch(Precision::isCalibrated)) {
        throw new DriveDistillException(
            "Integers are calibrated on scenes, and no data set is given for " + all,
            "Maybe add --data DIR --split NAME, or leave INT8 out.");
      }
    }
  }

  /**
   * Exports to {@code student.onnx}, the same in other precisions, and {@code card.json}, as an
   * experiment exports its student.
   *
   * @param folder an earlier export in it is replaced
   * @param tell is told the results for people
   * @throws DriveDistillException if ONNX Runtime and DJL differ, or the folder holds other files
   */
  public void export(
      Path folder, Packaging packaging, Progress.Display display, Consumer<String> tell) {
    refuseOtherFiles(folder);
    Optional<SampleStore> scenes =
        packaging.scenes().map(dataset -> scenes(dataset, SceneFilter.standard()));
    try {
      new PlannerPackage(model, packaging, display, tell)
          .write(choice, provenance(), scenes, folder);
    } finally {
      scenes.ifPresent(SampleStore::close);
    }
  }

  private Map<String, String> provenance() {
    ContentKey sha256 = ContentKey.ofFile(weights.file());
    ContentKey key =
        ContentKey.of("planner").settings("sizes", choice.settings()).key("file", sha256).build();
    Map<String, String> provenance = ExportedStudent.provenance(Provenance.capture(key, SEED));
    provenance.put("weights", weights.file().getFileName().toString());
    provenance.put("weights SHA-256", sha256.hex());
    return provenance;
  }

  /** Writing replaces a folder as a whole, so it may hold an export and nothing else. */
  private static void refuseOtherFiles(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    Set<String> written = ModelCard.filesOf(ExportedStudent.NAME);
    try (Stream<Path> files = Files.list(folder)) {
      List<String> found = files.map(file -> file.getFileName().toString()).sorted().toList();
      Optional<String> other = found.stream().filter(name -> !written.contains(name)).findFirst();
      if (other.isPresent() || !(found.isEmpty() || found.contains(ModelCard.FILE))) {
        throw new DriveDistillException(
            folder.toAbsolutePath()
                + " is no folder of an exported model alone: it holds "
                + other.orElse(found.get(0)),
            "Maybe name a new folder: an export replaces its folder as a whole.");
      }
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not look into " + folder.toAbsolutePath() + ": " + e,
          "Maybe it is a file, or not readable; an export needs a folder of its own.",
          e);
    }
  }

  /** Frees the weights. */
  @Override
  public void close() {
    manager.close();
  }
}
