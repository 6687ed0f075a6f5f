package io.drivedistill.nn.training;

import java.util.SplittableRandom;

/**
 * Which samples each step sees: epoch after epoch, each a fresh shuffle of all samples, cut into
 * batches that may span two epochs. A pure function of seed, number of samples and step; keeps the
 * last two shuffles, so it is cheap in ascending order. Not thread safe.
 */
public final class SampleOrder {
  private final long seed;
  private final int sampleCount;
  private final int batchSize;
  private final int[][] shuffles = new int[2][];
  private final long[] shuffleEpochs = {-1, -1};

  public SampleOrder(long seed, int sampleCount, int batchSize) {
    if (sampleCount < 1 || batchSize < 1) {
      throw new IllegalArgumentException(sampleCount + " samples in batches of " + batchSize);
    }
    this.seed = seed;
    this.sampleCount = sampleCount;
    this.batchSize = batchSize;
  }

  /** The sample numbers of a step, [batchSize], each in 0..sampleCount-1. */
  public int[] at(long step) {
    int[] samples = new int[batchSize];
    for (int i = 0; i < batchSize; i++) {
      long position = step * batchSize + i;
      samples[i] = shuffle(position / sampleCount)[(int) (position % sampleCount)];
    }
    return samples;
  }

  private int[] shuffle(long epoch) {
    int place = (int) (epoch % 2);
    if (shuffleEpochs[place] != epoch) {
      SplittableRandom random = new SplittableRandom(StepSeed.of(seed, epoch));
      int[] order = new int[sampleCount];
      for (int i = 0; i < sampleCount; i++) {
        int j = random.nextInt(i + 1);
        order[i] = order[j];
        order[j] = i;
      }
      shuffles[place] = order;
      shuffleEpochs[place] = epoch;
    }
    return shuffles[place];
  }
}
