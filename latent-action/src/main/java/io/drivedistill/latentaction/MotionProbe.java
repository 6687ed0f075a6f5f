package io.drivedistill.latentaction;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How much the codes of scenes tell about the vehicle's motion: R² of a {@link LinearProbe} to the
 * speed change over the scene's horizon, the mean yaw rate and the mean speed, beside the same
 * codes dealt to the wrong scenes. Motion comes from the poses of the recordings.
 *
 * @param trainScenes scenes that the probe is fitted on
 * @param testScenes scenes that it is scored on
 * @param speedChange R² to the speed change
 * @param yawRate R² to the mean yaw rate
 * @param speed R² to the mean speed
 * @param shuffledSpeedChange R² of shuffled codes to the speed change
 * @param shuffledYawRate R² of shuffled codes to the mean yaw rate
 * @param shuffledSpeed R² of shuffled codes to the mean speed
 */
public record MotionProbe(
    int trainScenes,
    int testScenes,
    double speedChange,
    double yawRate,
    double speed,
    double shuffledSpeedChange,
    double shuffledYawRate,
    double shuffledSpeed) {
  /** Penalties to choose from, in samples. */
  private static final double[] RIDGES = {1, 10, 100, 1000};

  /** Scenes are cut into so many blocks, as neighbouring scenes are alike. */
  private static final int BLOCKS = 16;

  /** One in so many blocks chooses the penalty; it is part of the fit afterwards. */
  private static final int CHOOSING = 4;

  private static final long SHUFFLE_SEED = 1;

  /** Fits on some recordings, scores on others. */
  public static MotionProbe of(
      SceneCodes codes, List<Recording> trainRecordings, List<Recording> testRecordings) {
    Samples train = samples(codes, trainRecordings);
    Samples test = samples(codes, testRecordings);
    if (train.codes.isEmpty() || test.codes.isEmpty()) {
      return new MotionProbe(train.codes.size(), test.codes.size(), 0, 0, 0, 0, 0, 0);
    }
    Samples fit = new Samples(new ArrayList<>(), new ArrayList<>());
    Samples choice = new Samples(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < train.codes.size(); i++) {
      Samples part = i * BLOCKS / train.codes.size() % CHOOSING == CHOOSING - 1 ? choice : fit;
      part.codes.add(train.codes.get(i));
      part.targets.add(train.targets.get(i));
    }
    int size = codes.header().codes();
    double[] right = score(fit, choice, train, test, size);
    SplittableRandom random = new SplittableRandom(SHUFFLE_SEED);
    double[] wrong =
        score(
            fit.shuffled(random),
            choice.shuffled(random),
            train.shuffled(random),
            test.shuffled(random),
            size);
    return new MotionProbe(
        train.codes.size(),
        test.codes.size(),
        right[0],
        right[1],
        right[2],
        wrong[0],
        wrong[1],
        wrong[2]);
  }

  /** R² per target, each with the penalty that did best for it on the choosing part. */
  private static double[] score(
      Samples fit, Samples choice, Samples train, Samples test, int size) {
    double[] best = null;
    double[] result = null;
    for (double ridge : RIDGES) {
      double[] scored = rSquared(train, test, size, ridge);
      double[] chosen =
          choice.codes.isEmpty() || fit.codes.isEmpty()
              ? new double[scored.length]
              : rSquared(fit, choice, size, ridge);
      if (best == null) {
        best = chosen;
        result = scored;
      }
      for (int target = 0; target < scored.length; target++) {
        if (chosen[target] > best[target]) {
          best[target] = chosen[target];
          result[target] = scored[target];
        }
      }
    }
    return result;
  }

  private static double[] rSquared(Samples train, Samples test, int size, double ridge) {
    return LinearProbe.rSquared(
        train.codes.toArray(int[][]::new),
        train.targets.toArray(double[][]::new),
        test.codes.toArray(int[][]::new),
        test.targets.toArray(double[][]::new),
        size,
        ridge);
  }

  private record Samples(List<int[]> codes, List<double[]> targets) {
    /** The same codes dealt to other scenes. */
    Samples shuffled(SplittableRandom random) {
      List<int[]> dealt = new ArrayList<>(codes);
      for (int i = dealt.size() - 1; i > 0; i--) {
        Collections.swap(dealt, i, random.nextInt(i + 1));
      }
      return new Samples(dealt, targets);
    }
  }

  private static Samples samples(SceneCodes codes, List<Recording> recordings) {
    Samples samples = new Samples(new ArrayList<>(), new ArrayList<>());
    double horizonS = codes.header().timing().horizonS();
    for (Recording recording : recordings) {
      EgoMotion motion = new EgoMotion(recording);
      for (int from = 0; from < recording.frames().size(); from++) {
        RecordedFrame frame = recording.frames().get(from);
        int to = recording.nearest(frame.timeS() + horizonS);
        int[] found = codes.of(frame.token()).orElse(null);
        if (found != null && to > from) {
          samples.codes.add(found);
          samples.targets.add(
              new double[] {
                motion.speedMps(to) - motion.speedMps(from),
                motion.yawRateRadps(from, to),
                motion.meanSpeedMps(from, to)
              });
        }
      }
    }
    return samples;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "R² from codes (from shuffled codes): speed change %.3f (%.3f), yaw rate %.3f (%.3f),"
            + " speed %.3f (%.3f); fitted on %d scenes, scored on %d",
        speedChange,
        shuffledSpeedChange,
        yawRate,
        shuffledYawRate,
        speed,
        shuffledSpeed,
        trainScenes,
        testScenes);
  }
}
