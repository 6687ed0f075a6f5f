package io.drivedistill.nn;

import java.util.SplittableRandom;

/** How a parameter's first values are drawn. */
public sealed interface Initialization {

  /** Fills {@code values} of a tensor with this shape. */
  void fill(float[] values, long[] shape, SplittableRandom random);

  /** All values equal. */
  record Constant(float value) implements Initialization {
    @Override
    public void fill(float[] values, long[] shape, SplittableRandom random) {
      java.util.Arrays.fill(values, value);
    }
  }

  /** These values, whatever the seed. */
  @SuppressWarnings("ArrayRecordComponent") // Only copied from; compared by nobody.
  record Given(float[] values) implements Initialization {
    @Override
    public void fill(float[] target, long[] shape, SplittableRandom random) {
      System.arraycopy(values, 0, target, 0, target.length);
    }
  }

  /** Normal with mean 0. */
  record Normal(float standardDeviation) implements Initialization {
    @Override
    public void fill(float[] values, long[] shape, SplittableRandom random) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (standardDeviation * random.nextGaussian());
      }
    }
  }

  /** Uniform in (-bound, bound). */
  record Uniform(float bound) implements Initialization {
    @Override
    public void fill(float[] values, long[] shape, SplittableRandom random) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (bound * (2 * random.nextDouble() - 1));
      }
    }
  }

  /**
   * Uniform in ±gain/√fanIn, fanIn being the product of all dimensions but the first. Gain 1 is
   * what PyTorch draws for linear and convolution weights.
   */
  record FanIn(float gain) implements Initialization {
    @Override
    public void fill(float[] values, long[] shape, SplittableRandom random) {
      long fanIn = 1;
      for (int i = 1; i < shape.length; i++) {
        fanIn *= shape[i];
      }
      new Uniform((float) (gain / Math.sqrt(fanIn))).fill(values, shape, random);
    }
  }

  /** All zero. */
  static Initialization zeros() {
    return new Constant(0);
  }

  /** All one. */
  static Initialization ones() {
    return new Constant(1);
  }
}
