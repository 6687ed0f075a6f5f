package io.drivedistill.nn.training;

/** Seeds of parts of a run, far from each other for neighbouring numbers (SplitMix64). */
final class StepSeed {
  private StepSeed() {}

  static long of(long seed, long part) {
    long z = mix(seed) + (part + 1) * 0x9E3779B97F4A7C15L;
    return mix(z);
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
