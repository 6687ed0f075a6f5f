package io.drivedistill.latentaction;

/**
 * Brings features to mean zero at every patch and variance one in every channel. What is the same
 * in all pictures (sky above, road below) needs no prediction, and no channel outshouts the others
 * in the reconstruction loss. Fitted on the training frames, kept with the model.
 *
 * @param mean [patches · width]
 * @param scale [width], factors after subtraction
 */
@SuppressWarnings("ArrayRecordComponent") // Read by position, never compared.
record FeatureScaling(float[] mean, float[] scale) {
  private static final double SMALLEST_VARIANCE = 1e-8;

  /** Fits on all frames. */
  static FeatureScaling fit(FrameFeatures features, java.util.List<Recording> recordings) {
    int numbers = features.patches() * features.width();
    double[] sum = new double[numbers];
    double[] squares = new double[numbers];
    float[] frame = new float[numbers];
    long count = 0;
    for (int r = 0; r < recordings.size(); r++) {
      for (int f = 0; f < recordings.get(r).frames().size(); f++) {
        features.copy(new FrameFeatures.FrameIndex(r, f), false, frame, 0);
        count++;
        for (int i = 0; i < numbers; i++) {
          sum[i] += frame[i];
          squares[i] += (double) frame[i] * frame[i];
        }
      }
    }
    float[] mean = new float[numbers];
    double[] variance = new double[features.width()];
    for (int i = 0; i < numbers; i++) {
      double m = sum[i] / count;
      mean[i] = (float) m;
      variance[i % variance.length] += (squares[i] / count - m * m) / features.patches();
    }
    float[] scale = new float[variance.length];
    for (int c = 0; c < scale.length; c++) {
      scale[c] = (float) (1 / Math.sqrt(Math.max(variance[c], SMALLEST_VARIANCE)));
    }
    return new FeatureScaling(mean, scale);
  }

  /** Leaves features as they are, as published. */
  static FeatureScaling none(int patches, int width) {
    float[] ones = new float[width];
    java.util.Arrays.fill(ones, 1);
    return new FeatureScaling(new float[patches * width], ones);
  }

  /** Scales one frame in place. */
  void apply(float[] features, int at) {
    for (int i = 0; i < mean.length; i++) {
      features[at + i] = (features[at + i] - mean[i]) * scale[i % scale.length];
    }
  }
}
