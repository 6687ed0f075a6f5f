package io.drivedistill.latentaction;

import io.drivedistill.core.DriveDistillException;
import java.util.List;
import java.util.Locale;

/**
 * Whether a codebook is alive.
 *
 * @param codes size of the codebook
 * @param used codes that occur at all
 * @param perplexity exp of the entropy of all codes: how many equally frequent codes would be as
 *     varied
 * @param tokenPerplexity the same for each token position alone
 * @param counts occurrences of each code
 */
public record CodebookHealth(
    int codes, int used, double perplexity, List<Double> tokenPerplexity, List<Long> counts) {

  /** Counts codes [samples][tokens]. */
  public static CodebookHealth of(int[][] samples, int codes) {
    int tokens = samples[0].length;
    long[][] counts = new long[tokens][codes];
    long[] all = new long[codes];
    for (int[] sample : samples) {
      for (int token = 0; token < tokens; token++) {
        counts[token][sample[token]]++;
        all[sample[token]]++;
      }
    }
    List<Double> byToken = java.util.Arrays.stream(counts).map(CodebookHealth::perplexity).toList();
    int used = (int) java.util.Arrays.stream(all).filter(count -> count > 0).count();
    return new CodebookHealth(
        codes, used, perplexity(all), byToken, java.util.Arrays.stream(all).boxed().toList());
  }

  private static double perplexity(long[] counts) {
    double total = java.util.Arrays.stream(counts).sum();
    double entropy = 0;
    for (long count : counts) {
      if (count > 0) {
        entropy -= count / total * Math.log(count / total);
      }
    }
    return Math.exp(entropy);
  }

  /**
   * Stops a run whose codes say nothing.
   *
   * @param which names the codebook
   * @throws DriveDistillException if the perplexity is below {@code smallestPerplexity}
   */
  public void requireAlive(String which, double smallestPerplexity) {
    if (perplexity < smallestPerplexity) {
      throw new DriveDistillException(
          String.format(
              Locale.ROOT,
              "The %s codebook collapsed: %d of %d codes are used, perplexity %.2f (expected at"
                  + " least %.2f)",
              which,
              used,
              codes,
              perplexity,
              smallestPerplexity),
          "Maybe restart dead codes more often (codebook.restartEverySteps), lower the learning"
              + " rate, train longer, or check that the recordings are not one still picture.");
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d of %d codes used, perplexity %.2f, per token %s",
        used,
        codes,
        perplexity,
        tokenPerplexity.stream().map(p -> String.format(Locale.ROOT, "%.2f", p)).toList());
  }
}
