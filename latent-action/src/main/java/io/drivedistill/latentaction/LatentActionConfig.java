package io.drivedistill.latentaction;

/**
 * Sizes of a latent action model (SPEC-lam A3 to A7).
 *
 * @param featureWidth channels of the frozen frame features
 * @param width channels inside encoder and decoder
 * @param heads attention heads
 * @param encoderBlocks spatio-temporal blocks of the inverse dynamics model
 * @param decoderBlocks spatial blocks of the forward dynamics model
 * @param codeWidth channels of a code
 * @param codes size of each codebook
 * @param tokens codes per frame pair and group
 * @param commitmentWeight weight of the commitment loss
 * @param centredTokens subtract each token's running mean before quantisation. The published model
 *     does not; there the tokens, which share a codebook, settle in different regions of it, so
 *     that each uses only a few codes
 */
public record LatentActionConfig(
    int featureWidth,
    int width,
    int heads,
    int encoderBlocks,
    int decoderBlocks,
    int codeWidth,
    int codes,
    int tokens,
    double commitmentWeight,
    boolean centredTokens) {

  /** Checks that the sizes fit together. */
  public LatentActionConfig {
    if (width % heads != 0 || width % 2 != 0) {
      throw new IllegalArgumentException(
          "Width " + width + " must be even and divide into " + heads + " heads");
    }
  }

  /** UniVLA's published sizes: 201 M own parameters per stage. */
  public static LatentActionConfig published() {
    return new LatentActionConfig(768, 768, 12, 12, 12, 128, 16, 4, 0.25, false);
  }
}
