package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Pass;

/**
 * Stage 2: nobody tells the model what the ego vehicle does. Beside the environment group with its
 * frozen codebook, a second group of tokens with a new codebook has to carry it (SPEC-lam A7, B1).
 */
public final class EgoActionModel extends LatentActionModel {
  private final Parameter egoQueries;
  private final Linear toEnvironmentCodebook;
  private final VectorQuantizer egoCodes;
  private final Linear environmentUp;

  private final MotionHead motionHead;

  /** The published model. */
  public EgoActionModel(LatentActionConfig config) {
    this(config, 0);
  }

  /** The published model over a stage 1 whose codebook has another size. */
  EgoActionModel(LatentActionConfig config, int motionWidth, int environmentCodebook) {
    super(config, environmentCodebook);
    egoQueries = queries("action_latent_controllable");
    toEnvironmentCodebook =
        child("to_codebook_uncontrol", new Linear(config.width(), config.codeWidth()));
    egoCodes = child("vq_action", new VectorQuantizer(config.codes(), config.codeWidth()));
    environmentUp = child("action_up_uncontrol", new Linear(config.codeWidth(), config.width()));
    motionHead =
        motionWidth == 0 ? null : child("motion_head", new MotionHead(config, motionWidth));
  }

  /**
   * @param motionWidth numbers of the motion that the ego codes must tell in training, 0 for none
   */
  public EgoActionModel(LatentActionConfig config, int motionWidth) {
    this(config, motionWidth, config.codes());
  }

  /**
   * Both groups of tokens come from the pair of frames, as published.
   *
   * @param features [B, 2, N, F]
   */
  public Outcome run(Pass pass, NDArray features) {
    NDArray encoded = encode(pass, features);
    NDArray embeddings = embed(pass, encoded);
    VectorQuantizer.Quantized ego = egoCodes.quantize(pass, embeddings);
    VectorQuantizer.Quantized environment =
        environmentCodes.quantize(pass, embedEnvironment(pass, encoded));
    NDArray reconstruction =
        decode(pass, features, ego.straightThrough(), environment.straightThrough());
    NDArray error = featureLoss(features, reconstruction);
    NDArray loss = error.add(quantisationLoss(ego)).add(quantisationLoss(environment));
    return new Outcome(embeddings, ego, environment, reconstruction, error, loss);
  }

  /**
   * The environment's codes are those of stage 1, which knew the trajectory: what they leave
   * unsaid, only the ego tokens can say.
   *
   * @param features [B, 2, N, F]
   * @param environmentIndices int64 [B, tokens]
   */
  public Outcome run(Pass pass, NDArray features, NDArray environmentIndices) {
    NDArray embeddings = embed(pass, encode(pass, features));
    VectorQuantizer.Quantized ego = egoCodes.quantize(pass, embeddings);
    NDArray environment = environmentCodes.decode(pass, environmentIndices);
    NDArray reconstruction = decode(pass, features, ego.straightThrough(), environment);
    NDArray error = featureLoss(features, reconstruction);
    return new Outcome(
        embeddings, ego, null, reconstruction, error, error.add(quantisationLoss(ego)));
  }

  /**
   * Motion as the ego codes tell it, [B, numbers].
   *
   * @throws IllegalStateException if the model was made without
   */
  public NDArray motion(Pass pass, Outcome outcome) {
    if (motionHead == null) {
      throw new IllegalStateException("This model was made without a motion head");
    }
    return motionHead.forward(pass, outcome.own().straightThrough());
  }

  private NDArray decode(Pass pass, NDArray features, NDArray ego, NDArray environment) {
    NDArray egoActions = actionUp.forward(pass, ego.expandDims(1));
    NDArray otherActions = environmentUp.forward(pass, environment.expandDims(1));
    return predict(pass, new NDList(egoActions, otherActions), features.get(":, 0:1"), null, null);
  }

  /** Environment tokens before quantisation, [B, tokens, D]. */
  NDArray environmentEmbeddings(Pass pass, NDArray features) {
    return embedEnvironment(pass, encode(pass, features));
  }

  private NDArray embedEnvironment(Pass pass, NDArray encoded) {
    int tokens = config.tokens();
    return toEnvironmentCodebook.forward(pass, ofSecondFrame(encoded, tokens, 2 * tokens));
  }

  /**
   * Only the codes, without the forward dynamics model.
   *
   * @param features [B, 2, N, F]
   * @return int64 [B, 2·tokens]: ego codes, then environment codes of the model's own tokens
   */
  public NDArray codes(Pass pass, NDArray features) {
    NDArray encoded = encode(pass, features);
    return NDArrays.concat(
        new NDList(
            egoCodes.nearest(pass, embed(pass, encoded)),
            environmentCodes.nearest(pass, embedEnvironment(pass, encoded))),
        1);
  }

  private NDArray encode(Pass pass, NDArray features) {
    NDArray input =
        NDArrays.concat(
            new NDList(
                perFrame(pass.value(egoQueries), features),
                perFrame(pass.value(environmentQueries), features),
                features),
            2);
    return inverse.forward(pass, input, null, null);
  }

  /** Input: features. Outputs: reconstruction, ego indices, environment indices. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    Outcome outcome = run(pass, inputs.singletonOrThrow());
    return new NDList(
        outcome.reconstruction(), outcome.own().indices(), outcome.environment().indices());
  }
}
