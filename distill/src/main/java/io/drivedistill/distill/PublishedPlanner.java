package io.drivedistill.distill;

import ai.djl.ndarray.NDManager;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.core.Provenance;
import io.drivedistill.export.LatencyBench;
import io.drivedistill.export.ModelCard;
import io.drivedistill.export.ModelLatency;
import io.drivedistill.export.Precision;
import io.drivedistill.export.SessionSettings;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A planner with the weights of a checkpoint that somebody published, or that a run trained without
 * a teacher: ready to plan and to be exported, nothing is trained.
 */
public final class PublishedPlanner implements AutoCloseable {
  private static final double TOLERANCE = 1e-4;
  private static final long SEED = 1;

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
    SceneSamples samples = choice.samples();
    SampleStore.Source source =
        new SampleStore.Source(
            dataset,
            filter,
            (from, scene) ->
                new StudentSample(scene.token(), samples.inputs(from, scene), Optional.empty()));
    List<NamedTrajectory> plans = new ArrayList<>();
    try (SampleStore scenes = SampleStore.unstored(source);
        Progress progress = display.open("Planning", scenes.size())) {
      new StudentAgent(model, manager, token -> Optional.empty())
          .plan(scenes, progress)
          .forEach((token, plan) -> plans.add(new NamedTrajectory(token, name, plan.chosen())));
    }
    return plans;
  }

  /**
   * Exports to {@code student.onnx} with {@code card.json}, as an experiment exports its student.
   *
   * @param folder an earlier export in it is replaced
   * @param threads of ONNX Runtime, for the latency
   * @param runs that are timed back to back, of the model and of the network
   * @return the result for people
   * @throws DriveDistillException if ONNX Runtime and DJL differ, or the folder holds other files
   */
  public String export(Path folder, int threads, int runs) {
    refuseOtherFiles(folder);
    ExportedStudent exported = ExportedStudent.of(model, SEED, TOLERANCE);
    LatencyBench.Settings timing = ExportedStudent.timing(runs);
    LatencyBench.Report runtime =
        ModelLatency.onnxRuntime(exported.onnx(), SessionSettings.cpu(threads), timing);
    List<LatencyBench.Report> latency = List.of(runtime, exported.eagerLatency(timing));
    ModelCard.PrecisionResult result =
        new ModelCard.PrecisionResult(
            Precision.FP32,
            Precision.FP32.fileOf(ExportedStudent.NAME),
            exported.onnx().weightBytes(),
            exported.parity().largestRelative(),
            0,
            Optional.empty(),
            0,
            runtime);
    exported
        .card(
            choice,
            provenance(),
            Map.of(),
            latency,
            List.of(result),
            Optional.empty(),
            Optional.empty())
        .write(folder, Map.of(Precision.FP32, exported.onnx()));
    return exported.line(folder, latency);
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
