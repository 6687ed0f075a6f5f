package io.drivedistill.latentaction;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * UniVLA's usage counter with its dead-code restart (SPEC-lam A4). A code that occurs twice within
 * one sample's tokens counts once, as in the published code. Not thread safe.
 */
public final class CodeUsage {
  private final long[] counts;

  public CodeUsage(int codes) {
    counts = new long[codes];
  }

  /**
   * Counts a batch.
   *
   * @param indices row-major [samples, tokens]
   * @param tokens codes per sample
   */
  public void count(long[] indices, int tokens) {
    for (int begin = 0; begin < indices.length; begin += tokens) {
      Set<Long> seen = new HashSet<>();
      for (int i = begin; i < begin + tokens; i++) {
        if (seen.add(indices[i])) {
          counts[(int) indices[i]]++;
        }
      }
    }
  }

  /** Samples in which each code occurred. */
  public long[] counts() {
    return counts.clone();
  }

  /** Codes that never occurred, ascending. */
  public int[] dead() {
    return IntStream.range(0, counts.length).filter(code -> counts[code] < 1).toArray();
  }

  /** Share of codes that occurred. */
  public double share() {
    return 1 - (double) dead().length / counts.length;
  }

  /** Starts counting anew. */
  public void reset() {
    Arrays.fill(counts, 0);
  }

  /**
   * The published restart: the i-th dead code takes the row that a random permutation of the
   * codebook names at place i; that row may itself be dead.
   *
   * @param codebook [codes][D], left as it is
   * @return the new codebook
   */
  public float[][] restartFromCodebook(float[][] codebook, int[] permutation) {
    float[][] renewed = codebook.clone();
    int[] dead = dead();
    for (int i = 0; i < dead.length; i++) {
      renewed[dead[i]] = codebook[permutation[i]].clone();
    }
    return renewed;
  }

  /**
   * A restart that cannot hand on dead rows: each dead code takes the embedding of a random sample
   * (the remedy of Jukebox, arXiv 2005.00341, 3.1).
   *
   * @param embeddings [samples][D], encoder outputs of a recent batch
   */
  public float[][] restartFromEmbeddings(
      float[][] codebook, float[][] embeddings, SplittableRandom random) {
    float[][] renewed = codebook.clone();
    for (int code : dead()) {
      renewed[code] = embeddings[random.nextInt(embeddings.length)].clone();
    }
    return renewed;
  }
}
