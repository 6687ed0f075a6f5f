package io.drivedistill.latentaction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.latentaction.FrameFeatures.FrameIndex;
import io.drivedistill.nn.Constants;
import java.util.ArrayList;
import java.util.List;

/**
 * All pairs of frames that lie a given time apart, with what the eye saw and how the vehicle moved.
 * With mirrored features every pair counts twice.
 */
final class FramePairs {
  /**
   * Two frames of one recording.
   *
   * @param first earlier frame
   * @param second later frame
   * @param mirrored whether left and right are exchanged
   */
  record Pair(FrameIndex first, FrameIndex second, boolean mirrored) {}

  /**
   * What a training step reads.
   *
   * @param features [B, 2, patches, width]
   * @param conditions [B, 3·poses + ego], or null without poses
   */
  @SuppressWarnings("ArrayRecordComponent") // Made into engine arrays, never compared.
  record Batch(float[] features, float[] conditions) {}

  private final FrameFeatures features;
  private final FeatureScaling scaling;
  private final List<Pair> pairs;
  private final List<float[]> conditions;

  private FramePairs(
      FrameFeatures features, FeatureScaling scaling, List<Pair> pairs, List<float[]> conditions) {
    this.features = features;
    this.scaling = scaling;
    this.pairs = pairs;
    this.conditions = conditions;
  }

  /**
   * Pairs of all recordings.
   *
   * @param poses poses per condition, 0 for no conditions
   * @throws DriveDistillException if no two frames lie that far apart
   */
  static FramePairs of(
      List<Recording> recordings,
      FrameFeatures features,
      FeatureScaling scaling,
      double gapS,
      int poses) {
    List<Pair> pairs = new ArrayList<>();
    List<float[]> conditions = new ArrayList<>();
    for (int r = 0; r < recordings.size(); r++) {
      Recording recording = recordings.get(r);
      EgoMotion motion = poses > 0 ? new EgoMotion(recording) : null;
      for (int i = 0; i < recording.frames().size(); i++) {
        int j = recording.nearest(recording.frames().get(i).timeS() + gapS);
        if (j <= i) {
          continue;
        }
        for (int side = 0; side < (features.hasMirrored() ? 2 : 1); side++) {
          pairs.add(new Pair(new FrameIndex(r, i), new FrameIndex(r, j), side == 1));
          if (motion != null) {
            conditions.add(motion.condition(i, j, poses, side == 1));
          }
        }
      }
    }
    if (pairs.isEmpty()) {
      throw new DriveDistillException(
          "No two frames lie " + gapS + " s apart in " + recordings.size() + " recordings",
          "Maybe the recordings are shorter than that, or the frame rate was given wrongly.");
    }
    return new FramePairs(features, scaling, pairs, conditions);
  }

  int size() {
    return pairs.size();
  }

  List<Pair> pairs() {
    return pairs;
  }

  /** Features and conditions of these pairs. */
  Batch read(int[] indices) {
    int numbers = features.patches() * features.width();
    float[] seen = new float[indices.length * 2 * numbers];
    float[] told =
        conditions.isEmpty() ? null : new float[indices.length * conditions.get(0).length];
    for (int i = 0; i < indices.length; i++) {
      Pair pair = pairs.get(indices[i]);
      copy(pair.first(), pair.mirrored(), seen, 2 * i * numbers);
      copy(pair.second(), pair.mirrored(), seen, (2 * i + 1) * numbers);
      if (told != null) {
        float[] condition = conditions.get(indices[i]);
        System.arraycopy(condition, 0, told, i * condition.length, condition.length);
      }
    }
    return new Batch(seen, told);
  }

  private void copy(FrameIndex frame, boolean mirrored, float[] target, int at) {
    features.copy(frame, mirrored, target, at);
    scaling.apply(target, at);
  }

  /** Features of a batch as an array [pairs, 2, patches, width]. */
  NDArray features(NDManager manager, Batch batch, int count) {
    return Constants.of(manager, batch.features(), count, 2, features.patches(), features.width());
  }

  /** Conditions of a batch as an array [pairs, 3·poses + ego], or null without poses. */
  NDArray conditions(NDManager manager, Batch batch, int count) {
    float[] told = batch.conditions();
    return told == null ? null : Constants.of(manager, told, count, told.length / count);
  }
}
