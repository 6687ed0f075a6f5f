package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.BatchNorm;

/**
 * Batch normalisation over channels, eps 1e-5, momentum 0.1 (PyTorch's sense). Parameters {@code
 * weight}, {@code bias}, buffers {@code running_mean}, {@code running_var}, all [C].
 */
public final class BatchNorm2d extends Layer {
  private static final float EPSILON = 1e-5f;

  /** DJL counts the share that stays, PyTorch the share that is new. */
  private static final float KEPT_SHARE = 0.9f;

  private final Parameter weight;
  private final Parameter bias;
  private final Parameter runningMean;
  private final Parameter runningVariance;

  public BatchNorm2d(int channels) {
    weight = parameter("weight", Initialization.ones(), channels);
    bias = parameter("bias", Initialization.zeros(), channels);
    runningMean = buffer("running_mean", Initialization.zeros(), channels);
    runningVariance = buffer("running_var", Initialization.ones(), channels);
  }

  /** [B, C, H, W] to the same. */
  @Override
  public NDArray forward(Pass pass, NDArray x) {
    return BatchNorm.batchNorm(
            x,
            pass.value(runningMean),
            pass.value(runningVariance),
            pass.value(weight),
            pass.value(bias),
            1,
            KEPT_SHARE,
            EPSILON,
            pass.training())
        .singletonOrThrow();
  }
}
