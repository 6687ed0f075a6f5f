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

  /** A model whose two codebooks have the same size. */
  public EgoActionModel(LatentActionConfig config) {
    this(config, config.codes());
  }

  /**
   * @param egoCodebook number of ego codes
   */
  public EgoActionModel(LatentActionConfig config, int egoCodebook) {
    super(config);
    egoQueries = queries("action_latent_controllable");
    toEnvironmentCodebook =
        child("to_codebook_uncontrol", new Linear(config.width(), config.codeWidth()));
    egoCodes = child("vq_action", new VectorQuantizer(egoCodebook, config.codeWidth()));
    environmentUp = child("action_up_uncontrol", new Linear(config.codeWidth(), config.width()));
  }

  /**
   * @param features [B, 2, N, F]
   */
  public Outcome run(Pass pass, NDArray features) {
    NDArray encoded = encode(pass, features);
    int tokens = config.tokens();
    NDArray embeddings = toCodebook.forward(pass, ofSecondFrame(encoded, 0, tokens));
    NDArray others =
        toEnvironmentCodebook.forward(pass, ofSecondFrame(encoded, tokens, 2 * tokens));
    VectorQuantizer.Quantized ego = egoCodes.quantize(pass, embeddings);
    VectorQuantizer.Quantized environment = environmentCodes.quantize(pass, others);
    NDArray egoActions = actionUp.forward(pass, ego.straightThrough().expandDims(1));
    NDArray otherActions = environmentUp.forward(pass, environment.straightThrough().expandDims(1));
    NDArray reconstruction =
        predict(pass, new NDList(egoActions, otherActions), features.get(":, 0:1"), null, null);
    NDArray error = featureLoss(features, reconstruction);
    NDArray loss = error.add(quantisationLoss(ego)).add(quantisationLoss(environment));
    return new Outcome(embeddings, ego, environment, reconstruction, error, loss);
  }

  /**
   * Only the codes, without the forward dynamics model.
   *
   * @param features [B, 2, N, F]
   * @return int64 [B, 2·tokens]: ego codes, then environment codes
   */
  public NDArray codes(Pass pass, NDArray features) {
    NDArray encoded = encode(pass, features);
    int tokens = config.tokens();
    NDArray ego = toCodebook.forward(pass, ofSecondFrame(encoded, 0, tokens));
    NDArray others =
        toEnvironmentCodebook.forward(pass, ofSecondFrame(encoded, tokens, 2 * tokens));
    return NDArrays.concat(
        new NDList(egoCodes.nearest(pass, ego), environmentCodes.nearest(pass, others)), 1);
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
