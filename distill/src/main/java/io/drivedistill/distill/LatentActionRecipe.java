package io.drivedistill.distill;

import io.drivedistill.latentaction.ActionTiming;
import io.drivedistill.latentaction.EnvironmentTokens;
import io.drivedistill.latentaction.EyeConfig;
import io.drivedistill.latentaction.LatentActionConfig;
import io.drivedistill.latentaction.LatentActionSettings;

/**
 * The latent action model of an experiment; its seed completes it to {@link LatentActionSettings},
 * where each setting is explained.
 *
 * @param eye frozen feature network
 * @param timing which moments the codes speak of
 * @param model sizes
 * @param trajectoryPoses poses that stage 1 is told
 * @param environmentTokens where stage 2 takes the environment's codes from
 * @param motionWeight weight of the loss by which ego codes must tell the motion over the pair
 * @param scaleFeatures bring features to mean zero and variance one
 * @param mirrorPictures train on mirrored pictures too
 * @param restartEverySteps steps between restarts of dead codes
 * @param smallestPerplexity a codebook below this stops the run
 * @param environment training of stage 1
 * @param ego training of stage 2
 */
public record LatentActionRecipe(
    EyeConfig eye,
    ActionTiming timing,
    LatentActionConfig model,
    int trajectoryPoses,
    EnvironmentTokens environmentTokens,
    double motionWeight,
    boolean scaleFeatures,
    boolean mirrorPictures,
    int restartEverySteps,
    double smallestPerplexity,
    TrainingSettings environment,
    TrainingSettings ego) {

  /** Completes the settings. */
  LatentActionSettings settings(long seed) {
    return new LatentActionSettings(
        eye,
        timing,
        model,
        trajectoryPoses,
        environmentTokens,
        motionWeight,
        scaleFeatures,
        mirrorPictures,
        restartEverySteps,
        smallestPerplexity,
        environment.plan(seed),
        ego.plan(seed + 1));
  }

  /** Codes of a scene. */
  int positions() {
    return timing.intervals() * model.tokens();
  }
}
