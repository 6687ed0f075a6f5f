package io.drivedistill.navsim.town;

/** Derives independent seeds and tokens from a seed and names. */
final class Seeds {
  private Seeds() {}

  /** A seed for a purpose; numbers and purpose all matter. */
  static long of(long seed, String purpose, long... numbers) {
    long h = mix(seed ^ 0x9E3779B97F4A7C15L);
    for (int i = 0; i < purpose.length(); i++) {
      h = mix(h ^ purpose.charAt(i));
    }
    for (long number : numbers) {
      h = mix(h ^ (number * 0xC2B2AE3D27D4EB4FL));
    }
    return h;
  }

  /** Sixteen hexadecimal digits. */
  static String token(long seed, String purpose, long... numbers) {
    return String.format("%016x", of(seed, purpose, numbers));
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return (b ^ (b >>> 31)) + 0x9E3779B97F4A7C15L;
  }
}
