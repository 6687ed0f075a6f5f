package io.drivedistill.distill;

import io.drivedistill.core.TensorSpec;
import java.util.SplittableRandom;

/** Chance in planning: it follows from the scene alone, so a scene is always planned the same. */
final class PlanningNoise {
  private PlanningNoise() {}

  /** Standard normal numbers of one scene, row-major, without the batch axis. */
  static float[] of(TensorSpec spec, String token) {
    int count = 1;
    for (long size : spec.shape().subList(1, spec.shape().size())) {
      count = Math.multiplyExact(count, Math.toIntExact(size));
    }
    SplittableRandom random = new SplittableRandom(token.hashCode());
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
