package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;

/** The colour scale on which networks trained on ImageNet expect their pictures. */
public final class ImageNetColors {
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  private ImageNetColors() {}

  /** A value in [0, 1] of channel red (0), green or blue in deviations from the mean. */
  public static float normalized(int channel, float value) {
    return (value - MEAN[channel]) / DEVIATION[channel];
  }

  /** The same for pictures [..., 3, H, W]. */
  public static NDArray normalized(NDArray pictures) {
    NDArray mean = Constants.of(pictures.getManager(), MEAN, 3, 1, 1);
    return pictures.sub(mean).div(Constants.of(pictures.getManager(), DEVIATION, 3, 1, 1));
  }
}
