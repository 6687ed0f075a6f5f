package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.nn.Constants;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Pass;
import io.drivedistill.nn.Scalars;

/**
 * Stage 1: encoder and decoder are told what the ego vehicle does, so the codes are left with what
 * the environment does (SPEC-lam A7, B1).
 */
public final class EnvironmentActionModel extends LatentActionModel {
  private static final float MASKED = -1e30f;

  /** Which sample's padding a frame of the encoder uses. */
  public enum PaddingRows {
    /** That of its own sample. */
    OWN,
    /** The published code's: row b·2 + t uses sample (b·2 + t) mod B (SPEC-lam A3). */
    PUBLISHED
  }

  private final PaddingRows paddingRows;
  private final Linear textProjection;
  private final DriveTokens driveTokens;

  public EnvironmentActionModel(LatentActionConfig config, Conditioning conditioning) {
    this(config, conditioning, PaddingRows.OWN);
  }

  public EnvironmentActionModel(
      LatentActionConfig config, Conditioning conditioning, PaddingRows paddingRows) {
    super(config, config.codes());
    this.paddingRows = paddingRows;
    textProjection =
        conditioning instanceof Conditioning.Text text
            ? child("lang_proj", new Linear(text.width(), config.width()))
            : null;
    driveTokens =
        conditioning instanceof Conditioning.Drive drive
            ? child("drive_proj", new DriveTokens(drive, config.width()))
            : null;
  }

  /**
   * @param features [B, 2, N, F]
   * @param condition text hidden states [B, L, T], or drive vectors [B, 3·poses + ego], or null, as
   *     the conditioning says
   * @param textMask float [B, L], 1 for a word and 0 for padding, or null
   */
  public Outcome run(Pass pass, NDArray features, NDArray condition, NDArray textMask) {
    NDArray tokens = conditionTokens(pass, condition);
    NDArray embeddings = embeddings(pass, features, tokens, textMask);
    VectorQuantizer.Quantized codes = environmentCodes.quantize(pass, embeddings);
    NDArray actions = actionUp.forward(pass, codes.straightThrough().expandDims(1));
    NDArray reconstruction =
        predict(
            pass,
            new NDList(actions),
            features.get(":, 0:1"),
            perFrames(tokens, 1),
            mask(features, textMask, 1));
    NDArray error = featureLoss(features, reconstruction);
    return new Outcome(
        embeddings, codes, null, reconstruction, error, error.add(quantisationLoss(codes)));
  }

  /**
   * Only the codes, without the forward dynamics model.
   *
   * @param features [B, 2, N, F]
   * @return int64 [B, tokens]
   */
  NDArray codes(Pass pass, NDArray features, NDArray condition, NDArray textMask) {
    NDArray tokens = conditionTokens(pass, condition);
    return environmentCodes.nearest(pass, embeddings(pass, features, tokens, textMask));
  }

  private NDArray embeddings(Pass pass, NDArray features, NDArray tokens, NDArray textMask) {
    NDArray input =
        NDArrays.concat(
            new NDList(perFrame(pass.value(environmentQueries), features), features), 2);
    return embed(
        pass, inverse.forward(pass, input, perFrames(tokens, 2), mask(features, textMask, 2)));
  }

  private NDArray conditionTokens(Pass pass, NDArray condition) {
    if (textProjection != null) {
      return textProjection.forward(pass, condition);
    }
    return driveTokens == null ? null : driveTokens.forward(pass, condition);
  }

  /** [B, L, C] to [B, frames, L, C]. */
  private static NDArray perFrames(NDArray tokens, int frames) {
    if (tokens == null) {
      return null;
    }
    NDArray one = tokens.expandDims(1);
    return frames == 1 ? one : NDArrays.concat(new NDList(one, one), 1);
  }

  /** Scores to add, [B·frames, 1, 1, seen + L]: nothing for frame tokens, −∞ for padding. */
  private NDArray mask(NDArray features, NDArray textMask, int frames) {
    if (textMask == null || textProjection == null) {
      return null;
    }
    int seen = config.tokens() + (int) features.getShape().get(2);
    NDArray padding = Scalars.scale(Scalars.oneMinus(textMask), MASKED);
    Shape shape = textMask.getShape();
    NDArray free =
        Scalars.scale(padding.get(":, 0:1"), 0)
            .add(Constants.of(features.getManager(), new float[seen], 1, seen));
    NDArray rows = NDArrays.concat(new NDList(free, padding), 1);
    if (frames == 2) {
      rows =
          paddingRows == PaddingRows.PUBLISHED
              ? NDArrays.concat(new NDList(rows, rows), 0)
              : NDArrays.concat(new NDList(rows.expandDims(1), rows.expandDims(1)), 1);
    }
    return rows.reshape(-1, 1, 1, seen + shape.get(1));
  }

  /** Inputs: features, condition if any, text mask if any. Outputs: reconstruction, indices. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    Outcome outcome =
        run(
            pass,
            inputs.get(0),
            inputs.size() > 1 ? inputs.get(1) : null,
            inputs.size() > 2 ? inputs.get(2) : null);
    return new NDList(outcome.reconstruction(), outcome.own().indices());
  }
}
