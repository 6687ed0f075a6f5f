package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Initialization;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Module;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;

/**
 * What both stages of the latent action model share: an inverse dynamics model looks at two frames
 * and writes a few tokens, a quantiser makes codes of them, and a forward dynamics model must
 * predict the features of the second frame from the first frame and the codes. Parameters carry
 * UniVLA's names.
 */
public abstract sealed class LatentActionModel extends Module
    permits EnvironmentActionModel, EgoActionModel {
  /** Name of the buffer of running means, [tokens, D], see {@link LatentActionConfig}. */
  static final String TOKEN_CENTRES = "token_centres";

  final LatentActionConfig config;
  final Parameter environmentQueries;
  final DynamicsTransformer inverse;
  final Linear toCodebook;
  final VectorQuantizer environmentCodes;
  final Linear patchUp;
  final Linear actionUp;
  final DynamicsTransformer forward;
  private final Parameter tokenCentres;

  /**
   * @param environmentCodebook size of the environment's codebook, which stage 2 takes over from
   *     stage 1 and which may differ from that of its own
   */
  LatentActionModel(LatentActionConfig config, int environmentCodebook) {
    this.config = config;
    environmentQueries = queries("action_latent");
    inverse = child("encoder", DynamicsTransformer.inverse(config));
    toCodebook = child("to_codebook", new Linear(config.width(), config.codeWidth()));
    environmentCodes = child("vq", new VectorQuantizer(environmentCodebook, config.codeWidth()));
    patchUp = child("patch_up", new Linear(config.featureWidth(), config.width()));
    actionUp = child("action_up", new Linear(config.codeWidth(), config.width()));
    forward = child("decoder", DynamicsTransformer.forward(config));
    tokenCentres =
        config.centredTokens()
            ? buffer(TOKEN_CENTRES, Initialization.zeros(), config.tokens(), config.codeWidth())
            : null;
  }

  /** The stage's own tokens before quantisation, [B, tokens, D], by its linear layer. */
  final NDArray embed(Pass pass, NDArray encoded) {
    NDArray embeddings = toCodebook.forward(pass, ofSecondFrame(encoded, 0, config.tokens()));
    return tokenCentres == null ? embeddings : embeddings.sub(pass.value(tokenCentres));
  }

  final Parameter queries(String name) {
    return parameter(
        name, new Initialization.Uniform(1), 1, 1, config.tokens(), config.featureWidth());
  }

  /** Sizes of this model. */
  public final LatentActionConfig config() {
    return config;
  }

  /**
   * One look at a batch of frame pairs.
   *
   * @param embeddings [B, tokens, D] before quantisation, the stage's own group, centred if so
   *     configured
   * @param own codes that this stage learns
   * @param environment codes of the frozen environment group, null in stage 1 or where stage 1 gave
   *     them
   * @param reconstruction [B, N, F], predicted features of the second frame
   * @param featureLoss mean squared error of the reconstruction
   * @param loss everything that is minimised
   */
  public record Outcome(
      NDArray embeddings,
      VectorQuantizer.Quantized own,
      VectorQuantizer.Quantized environment,
      NDArray reconstruction,
      NDArray featureLoss,
      NDArray loss) {}

  /** Repeats [1, 1, Q, F] for every frame of [B, T, N, F]. */
  static NDArray perFrame(NDArray queries, NDArray features) {
    return Scalars.scale(features.get(":, :, 0:1, 0:1"), 0).add(queries);
  }

  /** Tokens of the second frame, [B, end − begin, C]. */
  static NDArray ofSecondFrame(NDArray tokens, int begin, int end) {
    return tokens.get(":, 1, " + begin + ":" + end);
  }

  /**
   * @param actions groups of [B, 1, tokens, width]
   * @param first features of the first frame, [B, 1, N, F]
   * @return [B, N, F]
   */
  final NDArray predict(Pass pass, NDList actions, NDArray first, NDArray condition, NDArray mask) {
    NDList sequence = new NDList(actions);
    sequence.add(patchUp.forward(pass, first));
    NDArray decoded = forward.forward(pass, NDArrays.concat(sequence, 2), condition, mask);
    int begin = actions.size() * config.tokens();
    long end = begin + first.getShape().get(2);
    return decoded.get(":, 0, " + begin + ":" + end);
  }

  final NDArray quantisationLoss(VectorQuantizer.Quantized codes) {
    return codes
        .codebookLoss()
        .add(Scalars.scale(codes.commitmentLoss(), config.commitmentWeight()));
  }

  static NDArray featureLoss(NDArray features, NDArray reconstruction) {
    return features.get(":, 1").sub(reconstruction).square().mean();
  }
}
