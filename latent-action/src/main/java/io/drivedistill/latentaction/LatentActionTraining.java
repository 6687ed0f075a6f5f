package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.ContentStore;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.core.Provenance;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.TensorLibrary;
import io.drivedistill.nn.Weights;
import io.drivedistill.nn.training.Losses;
import io.drivedistill.nn.training.TrainingLoop;
import io.drivedistill.nn.training.TrainingPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Trains a latent action model: features, stage 1, stage 2 (SPEC-lam A7, B1). Killed and started
 * again with the same folder it continues and ends with the same model.
 */
public final class LatentActionTraining {
  /** Part of every model's key; raised when the same settings give another model. */
  private static final int CODE_VERSION = 1;

  private final LatentActionSettings settings;
  private final long seed;
  private final ContentStore features;
  private final Progress.Display display;

  /**
   * @param seed of initial weights, sample order and restarts; stage 2 takes the next one
   * @param features where frame features are kept
   */
  public LatentActionTraining(
      LatentActionSettings settings, long seed, ContentStore features, Progress.Display display) {
    this.settings = settings;
    this.seed = seed;
    this.features = features;
    this.display = display;
  }

  /**
   * Trains on all recordings and writes the model into a folder, see {@link LatentActionFolder}.
   *
   * @return health of both codebooks
   * @throws DriveDistillException if a codebook collapses, or the folder holds another model
   */
  public LatentActionFolder.Health train(List<Recording> recordings, Path folder) {
    try (FrameEye eye = FrameEye.open(settings.eye());
        NDManager manager = TensorLibrary.newManager()) {
      FrameFeatures seen =
          FrameFeatures.of(recordings, eye, settings.mirrorPictures(), features, display);
      boolean posed = recordings.stream().allMatch(Recording::hasPoses);
      int poses = posed ? settings.trajectoryPoses() : 0;
      ContentKey key = key(recordings, seen);
      LatentActionFolder files = LatentActionFolder.claim(folder, key, settings);
      FeatureScaling scaling = files.scaling(() -> fit(recordings, seen));
      FramePairs pairs = FramePairs.of(recordings, seen, scaling, settings.timing().pairS(), poses);
      EnvironmentActionModel first = environmentStage(files, pairs, poses, manager);
      int[][] environment = StageCodes.environment(first, pairs, manager);
      CodebookHealth environmentHealth = CodebookHealth.of(environment, settings.model().codes());
      environmentHealth.requireAlive("environment", settings.smallestPerplexity());
      EgoActionModel second =
          egoStage(files, pairs, first, poses > 0 ? environment : null, manager);
      CodebookHealth egoHealth =
          CodebookHealth.of(StageCodes.ego(second, pairs, manager), settings.model().codes());
      egoHealth.requireAlive("ego", settings.smallestPerplexity());
      LatentActionFolder.Health health =
          new LatentActionFolder.Health(posed, pairs.size(), environmentHealth, egoHealth);
      files.finish(health, Provenance.capture(key, seed));
      return health;
    }
  }

  private FeatureScaling fit(List<Recording> recordings, FrameFeatures seen) {
    return settings.scaleFeatures()
        ? FeatureScaling.fit(seen, recordings)
        : FeatureScaling.none(seen.patches(), seen.width());
  }

  private ContentKey key(List<Recording> recordings, FrameFeatures seen) {
    ContentKey.Builder key =
        ContentKey.of("latent action model")
            .number("code version", CODE_VERSION)
            .settings("timing", settings.timing())
            .settings("model", settings.model())
            .number("poses", settings.trajectoryPoses())
            .number("motion weight", settings.motionWeight())
            .text("environment tokens", settings.environmentTokens().name())
            .number("scaled", settings.scaleFeatures() ? 1 : 0)
            .settings("codebook", settings.codebook())
            .number("seed", seed)
            .settings("environment plan", settings.environment())
            .settings("ego plan", settings.ego())
            .key("features", seen.key());
    for (Recording recording : recordings) {
      for (RecordedFrame frame : recording.frames()) {
        key.number("time", frame.timeS());
        frame.egoInMap().ifPresent(pose -> key.text("pose", pose.toString()));
      }
    }
    return key.build();
  }

  private EnvironmentActionModel environmentStage(
      LatentActionFolder files, FramePairs pairs, int poses, NDManager manager) {
    TrainingPlan plan = settings.environment();
    Conditioning told =
        poses > 0 ? new Conditioning.Drive(poses, EgoMotion.EGO_WIDTH) : new Conditioning.None();
    EnvironmentActionModel model = new EnvironmentActionModel(settings.model(), told);
    model.initialize(manager, seed);
    if (files.isDone(LatentActionFolder.ENVIRONMENT)) {
      files.load(LatentActionFolder.ENVIRONMENT, model, manager);
      return model;
    }
    CodebookCare care =
        new CodebookCare(model, "vq.codebook.weight", settings.codebook(), plan, seed);
    run(
        "environment codes",
        files.checkpoints(LatentActionFolder.ENVIRONMENT),
        plan,
        seed,
        model,
        pairs,
        care,
        (pass, x, motion, indices) -> {
          LatentActionModel.Outcome outcome = model.run(pass, x, motion, null);
          care.saw(outcome);
          return losses(outcome);
        });
    files.save(LatentActionFolder.ENVIRONMENT, model);
    return model;
  }

  private EgoActionModel egoStage(
      LatentActionFolder files,
      FramePairs pairs,
      EnvironmentActionModel first,
      int[][] environment,
      NDManager manager) {
    TrainingPlan plan = settings.ego();
    boolean grounded = environment != null && settings.motionWeight() > 0;
    int motionWidth = 3 * settings.trajectoryPoses() + EgoMotion.EGO_WIDTH;
    EgoActionModel model = new EgoActionModel(settings.model(), grounded ? motionWidth : 0);
    model.initialize(manager, seed + 1);
    boolean given =
        settings.environmentTokens() == EnvironmentTokens.STAGE_1 && environment != null;
    inherit(first, model, given);
    if (files.isDone(LatentActionFolder.EGO)) {
      files.load(LatentActionFolder.EGO, model, manager);
      return model;
    }
    CodebookCare care =
        new CodebookCare(model, "vq_action.codebook.weight", settings.codebook(), plan, seed + 1);
    run(
        "ego codes",
        files.checkpoints(LatentActionFolder.EGO),
        plan,
        seed + 1,
        model,
        pairs,
        care,
        (pass, x, moved, indices) -> {
          LatentActionModel.Outcome outcome =
              given
                  ? model.run(pass, x, StageCodes.array(x.getManager(), environment, indices))
                  : model.run(pass, x);
          care.saw(outcome);
          Losses losses = losses(outcome);
          return grounded
              ? losses.term(
                  "motion",
                  settings.motionWeight(),
                  model.motion(pass, outcome).sub(moved).square().mean())
              : losses;
        });
    files.save(LatentActionFolder.EGO, model);
    return model;
  }

  /** The codebook and the queries of stage 1 go on; the codebook is frozen (SPEC-lam A7). */
  private static void inherit(
      EnvironmentActionModel first, EgoActionModel second, boolean environmentGiven) {
    Map<String, Parameter> theirs = Weights.of(first);
    Map<String, Parameter> ours = Weights.of(second);
    Inference.run(
        () -> {
          for (String name : List.of("vq.codebook.weight", "action_latent")) {
            ours.get(name).getArray().set(new NDIndex("..."), theirs.get(name).getArray());
          }
        });
    ours.forEach(
        (name, parameter) -> {
          boolean unused = environmentGiven && name.startsWith("to_codebook_uncontrol.");
          if (name.equals("vq.codebook.weight") || unused) {
            parameter.freeze(true);
          }
        });
  }

  /** Losses of a stage on a batch; motion is null without poses. */
  private interface StageRun {
    Losses losses(Pass pass, NDArray features, NDArray motion, int[] pairs);
  }

  private void run(
      String task,
      Path folder,
      TrainingPlan plan,
      long stageSeed,
      LatentActionModel model,
      FramePairs pairs,
      CodebookCare care,
      StageRun stage) {
    try (Progress progress = display.open(task, plan.steps())) {
      new TrainingLoop<FramePairs.Batch>(
              plan,
              stageSeed,
              model,
              pairs.size(),
              (step, samples, stepSeed) -> pairs.read(samples),
              (pass, batch) -> {
                int[] samples = batch.sampleIndices();
                NDArray x = pairs.features(batch.manager(), batch.input(), samples.length);
                NDArray told = pairs.conditions(batch.manager(), batch.input(), samples.length);
                return stage.losses(pass, x, told, samples);
              })
          .withCheckpoints(folder)
          .withoutDraws()
          .withListener(
              report -> {
                care.afterStep(report.step());
                progress.step(1);
                if (report.step() % 10 == 0) {
                  progress.note(
                      String.format(Locale.ROOT, "features %.4f", report.terms().get("features")));
                }
              })
          .run();
    }
  }

  private Losses losses(LatentActionModel.Outcome outcome) {
    double commitment = settings.model().commitmentWeight();
    Losses losses =
        new Losses()
            .term("features", outcome.featureLoss())
            .term("codebook", outcome.own().codebookLoss())
            .term("commitment", commitment, outcome.own().commitmentLoss());
    return outcome.environment() == null
        ? losses
        : losses.term("environment commitment", commitment, outcome.environment().commitmentLoss());
  }
}
