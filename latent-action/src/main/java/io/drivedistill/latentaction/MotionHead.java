package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.drivedistill.nn.Layer;
import io.drivedistill.nn.Linear;
import io.drivedistill.nn.Pass;

/**
 * Reads the vehicle's motion from the ego codes of a pair, in training only: Linear, GELU, Linear.
 * Its loss grounds the codes in odometry, as villa-X (arXiv 2507.23682) grounds latent actions of
 * robots in their proprioception. Neither UniVLA nor, as far as known, LatentVLA has it.
 */
final class MotionHead extends Layer {
  private final Linear into;
  private final Linear outOf;
  private final int inWidth;

  MotionHead(LatentActionConfig config, int motionWidth) {
    inWidth = config.tokens() * config.codeWidth();
    into = child("0", new Linear(inWidth, config.width()));
    outOf = child("2", new Linear(config.width(), motionWidth));
  }

  /** Codes [B, tokens, D] to motion [B, numbers], see {@link EgoMotion#condition}. */
  @Override
  public NDArray forward(Pass pass, NDArray codes) {
    NDArray flat = codes.reshape(-1, inWidth);
    return outOf.forward(pass, Activation.gelu(into.forward(pass, flat)));
  }
}
