package io.drivedistill.latentaction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How much the codes of a pair of frames tell of a quantity, cross-validated: the recording that is
 * scored, or with a single recording the block of it, has no frame among those that are fitted on.
 * R² is pooled over all parts, against the mean of what was fitted on. The control is the same with
 * the codes moved in time within each recording, which keeps how codes follow each other.
 *
 * @param quantity what is told
 * @param pairs pairs of frames that were scored
 * @param rSquared 1 is everything, 0 is no better than the mean
 * @param control mean R² of the moved codes
 * @param controlNinetyFive what one in twenty of the moved codes reaches
 * @param chance share of moved codes that do as well, a p-value
 */
public record PairProbe(
    String quantity,
    int pairs,
    double rSquared,
    double control,
    double controlNinetyFive,
    double chance) {
  /** Chosen once, before any recording was looked at. */
  private static final double RIDGE = 10;

  private static final int BLOCKS = 6;
  private static final int CONTROLS = 199;
  private static final long SEED = 1;

  /** Pairs to fit on and pairs to score. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Fold(int[] fit, int[] score) {}

  /** A probe for each quantity that is not the same everywhere. */
  static List<PairProbe> of(List<CodedPair> pairs, List<PairMotion> motions, int codes) {
    Map<String, double[]> quantities = new LinkedHashMap<>();
    quantities.put(
        "speed change", motions.stream().mapToDouble(PairMotion::accelerationMps2).toArray());
    quantities.put("yaw rate", motions.stream().mapToDouble(PairMotion::yawRateRadps).toArray());
    quantities.put("speed", motions.stream().mapToDouble(PairMotion::speedMps).toArray());
    quantities.put(
        "stop or go",
        motions.stream().mapToDouble(m -> m.manoeuvre() == Manoeuvre.STANDING ? 0 : 1).toArray());
    quantities.values().removeIf(values -> Arrays.stream(values).distinct().count() < 2);
    List<Fold> folds = folds(pairs);
    if (folds.size() < 2 || quantities.isEmpty()) {
      return List.of();
    }
    double[][] targets = new double[pairs.size()][quantities.size()];
    int column = 0;
    for (double[] values : quantities.values()) {
      for (int i = 0; i < values.length; i++) {
        targets[i][column] = values[i];
      }
      column++;
    }
    int[][] right = pairs.stream().map(CodedPair::codes).toArray(int[][]::new);
    double[] found = score(right, targets, folds, codes);
    SplittableRandom random = new SplittableRandom(SEED);
    double[][] controls = new double[CONTROLS][];
    for (int i = 0; i < CONTROLS; i++) {
      controls[i] = score(moved(pairs, right, random), targets, folds, codes);
    }
    int scored = folds.stream().mapToInt(fold -> fold.score().length).sum();
    List<PairProbe> probes = new ArrayList<>();
    for (String quantity : quantities.keySet()) {
      int t = probes.size();
      double[] wrong = Arrays.stream(controls).mapToDouble(row -> row[t]).sorted().toArray();
      long better = Arrays.stream(wrong).filter(value -> value >= found[t]).count();
      probes.add(
          new PairProbe(
              quantity,
              scored,
              found[t],
              Arrays.stream(wrong).average().orElseThrow(),
              wrong[(int) (0.95 * CONTROLS)],
              (better + 1.0) / (CONTROLS + 1)));
    }
    return probes;
  }

  /** Recordings in turn; a single one in blocks, without the pairs that reach into the block. */
  private static List<Fold> folds(List<CodedPair> pairs) {
    List<Recording> recordings = pairs.stream().map(CodedPair::recording).distinct().toList();
    List<int[]> parts = new ArrayList<>();
    if (recordings.size() > 1) {
      for (Recording recording : recordings) {
        parts.add(where(pairs, pair -> pair.recording().equals(recording)));
      }
    } else if (pairs.size() >= 2 * BLOCKS) {
      for (int block = 0; block < BLOCKS; block++) {
        int begin = block * pairs.size() / BLOCKS;
        int end = (block + 1) * pairs.size() / BLOCKS;
        parts.add(java.util.stream.IntStream.range(begin, end).toArray());
      }
    }
    List<Fold> folds = new ArrayList<>();
    for (int[] part : parts) {
      CodedPair first = pairs.get(part[0]);
      CodedPair last = pairs.get(part[part.length - 1]);
      int[] fit =
          where(
              pairs,
              pair ->
                  !pair.recording().equals(first.recording())
                      || pair.secondS() < first.firstS()
                      || pair.firstS() > last.secondS());
      if (fit.length > 0) {
        folds.add(new Fold(fit, part));
      }
    }
    return folds;
  }

  private static int[] where(
      List<CodedPair> pairs, java.util.function.Predicate<CodedPair> condition) {
    return java.util.stream.IntStream.range(0, pairs.size())
        .filter(i -> condition.test(pairs.get(i)))
        .toArray();
  }

  private static double[] score(int[][] samples, double[][] targets, List<Fold> folds, int codes) {
    int width = targets[0].length;
    double[] residual = new double[width];
    double[] total = new double[width];
    for (Fold fold : folds) {
      int[][] fitCodes = Arrays.stream(fold.fit()).mapToObj(i -> samples[i]).toArray(int[][]::new);
      double[][] fitTargets =
          Arrays.stream(fold.fit()).mapToObj(i -> targets[i]).toArray(double[][]::new);
      LinearProbe.Fit fit = LinearProbe.fit(fitCodes, fitTargets, codes, RIDGE);
      for (int t = 0; t < width; t++) {
        int target = t;
        double mean = Arrays.stream(fitTargets).mapToDouble(row -> row[target]).average().orElse(0);
        for (int i : fold.score()) {
          residual[t] += square(targets[i][t] - fit.predict(samples[i], t));
          total[t] += square(targets[i][t] - mean);
        }
      }
    }
    double[] result = new double[width];
    for (int t = 0; t < width; t++) {
      result[t] = total[t] == 0 ? 0 : 1 - residual[t] / total[t];
    }
    return result;
  }

  /** Each recording's codes turned round by a random number of places. */
  private static int[][] moved(List<CodedPair> pairs, int[][] codes, SplittableRandom random) {
    int[][] moved = new int[codes.length][];
    int begin = 0;
    while (begin < codes.length) {
      int end = begin;
      while (end < codes.length
          && pairs.get(end).recording().equals(pairs.get(begin).recording())) {
        end++;
      }
      int length = end - begin;
      int shift = length < 2 ? 0 : random.nextInt(1, length);
      for (int i = 0; i < length; i++) {
        moved[begin + i] = codes[begin + (i + shift) % length];
      }
      begin = end;
    }
    return moved;
  }

  private static double square(double x) {
    return x * x;
  }
}
