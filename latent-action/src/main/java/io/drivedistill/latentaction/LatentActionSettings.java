package io.drivedistill.latentaction;

import io.drivedistill.nn.dinov2.Dinov2Config;
import io.drivedistill.nn.dinov2.PositionResize;
import io.drivedistill.nn.training.TrainingPlan;
import java.util.Optional;

/**
 * Everything that a latent action model depends on beside the recordings and the seed.
 *
 * @param eye frozen feature network
 * @param timing which moments the codes speak of
 * @param model sizes
 * @param trajectoryPoses poses that stage 1 is told; without poses in the recordings it is told
 *     nothing
 * @param environmentTokens where stage 2 takes the environment's codes from
 * @param motionWeight weight of the loss by which ego codes must tell the motion over the pair, see
 *     {@link MotionHead}; 0 for the published method; without effect where poses are unknown
 * @param scaleFeatures bring features to mean zero and variance one; published: false
 * @param mirrorPictures train on mirrored pictures too; published: other augmentation
 * @param codebook how the codes of each stage are placed, moved and kept alive
 * @param smallestPerplexity a codebook below this stops the run
 * @param environment training of stage 1
 * @param ego training of stage 2
 */
public record LatentActionSettings(
    EyeConfig eye,
    ActionTiming timing,
    LatentActionConfig model,
    int trajectoryPoses,
    EnvironmentTokens environmentTokens,
    double motionWeight,
    boolean scaleFeatures,
    boolean mirrorPictures,
    CodebookSettings codebook,
    double smallestPerplexity,
    TrainingPlan environment,
    TrainingPlan ego) {

  /** Checks what must fit together. */
  public LatentActionSettings {
    if (eye.network().width() != model.featureWidth()) {
      throw new IllegalArgumentException(
          "The eye gives "
              + eye.network().width()
              + " channels, model.featureWidth is "
              + model.featureWidth());
    }
    requireFreshCounterAtCheckpoints(codebook.restartEverySteps(), environment);
    requireFreshCounterAtCheckpoints(codebook.restartEverySteps(), ego);
  }

  /** Usage is counted between restarts and is no part of a checkpoint. */
  private static void requireFreshCounterAtCheckpoints(int restartEvery, TrainingPlan plan) {
    if (restartEvery > 0 && plan.checkpointEverySteps() % restartEvery != 0) {
      throw new IllegalArgumentException(
          "checkpointEverySteps "
              + plan.checkpointEverySteps()
              + " must be a multiple of restartEverySteps "
              + restartEvery
              + ", or a continued run would differ from an uninterrupted one");
    }
  }

  /** Codes of a scene. */
  public int positions() {
    return timing.intervals() * model.tokens();
  }

  /** A model that learns in a minute on two cores, with a random eye. */
  public static LatentActionSettings small(int heightPixels, int widthPixels) {
    int width = 48;
    Dinov2Config network =
        new Dinov2Config(
            width, 1, 4, 14, 9, 0, PositionResize.PLAIN, Dinov2Config.FeedForward.GELU);
    return new LatentActionSettings(
        new EyeConfig(heightPixels, widthPixels, network, Optional.empty(), 1),
        new ActionTiming(0.5, 1.5, 3),
        new LatentActionConfig(width, 64, 4, 2, 2, 16, 16, 4, 0.25, true),
        8,
        EnvironmentTokens.STAGE_1,
        1,
        true,
        true,
        new CodebookSettings(
            CodebookSettings.Start.EMBEDDINGS,
            CodebookSettings.Update.GRADIENT,
            20,
            CodebookSettings.RestartFrom.EMBEDDINGS),
        2,
        new TrainingPlan(300, 64, 2e-3, 1e-2, 20, 1, 100, 0),
        new TrainingPlan(600, 64, 2e-3, 1e-2, 20, 1, 100, 0));
  }

  /** The same settings with other moments. */
  public LatentActionSettings withTiming(ActionTiming other) {
    return new LatentActionSettings(
        eye,
        other,
        model,
        trajectoryPoses,
        environmentTokens,
        motionWeight,
        scaleFeatures,
        mirrorPictures,
        codebook,
        smallestPerplexity,
        environment,
        ego);
  }
}
