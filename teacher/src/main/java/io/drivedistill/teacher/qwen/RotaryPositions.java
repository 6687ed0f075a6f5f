package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;

/** Positions of a token sequence on the three rotary axes (SPEC-qwen2_5_vl section 5). */
final class RotaryPositions {
  private static final long PADDING = 1;

  private final long[] time;
  private final long[] height;
  private final long[] width;
  private final long delta;

  private RotaryPositions(long[] time, long[] height, long[] width, long delta) {
    this.time = time;
    this.height = height;
    this.width = width;
    this.delta = delta;
  }

  /** Position of each token on the time axis. */
  long[] time() {
    return time;
  }

  /** Position of each token on the height axis. */
  long[] height() {
    return height;
  }

  /** Position of each token on the width axis. */
  long[] width() {
    return width;
  }

  /** What cached decoding adds to the number of tokens so far to get the next position. */
  long delta() {
    return delta;
  }

  /**
   * Positions of one sequence.
   *
   * @param ids token ids, padding included
   * @param attended which tokens are no padding
   * @param visuals the pictures and clips in the order of their markers
   */
  static RotaryPositions of(
      long[] ids, boolean[] attended, List<TokenBatch.VisualSpan> visuals, QwenConfig config) {
    RotaryPositions positions =
        new RotaryPositions(new long[ids.length], new long[ids.length], new long[ids.length], 0);
    long next = 0;
    int visual = 0;
    for (int i = 0; i < ids.length; ) {
      if (!attended[i]) {
        positions.set(i++, PADDING, PADDING, PADDING);
      } else if (ids[i] == config.markers().image() || ids[i] == config.markers().video()) {
        TokenBatch.VisualSpan span = visuals.get(visual++);
        next = positions.set(i, span, next, config.vision());
        i += span.grid().tokens(config.vision().patches().merge());
      } else {
        positions.set(i++, next, next, next);
        next++;
      }
    }
    return new RotaryPositions(
        positions.time, positions.height, positions.width, next - ids.length);
  }

  private void set(int i, long t, long h, long w) {
    time[i] = t;
    height[i] = h;
    width[i] = w;
  }

  private long set(int first, TokenBatch.VisualSpan span, long next, QwenConfig.Vision vision) {
    int rows = span.grid().rows() / vision.patches().merge();
    int columns = span.grid().columns() / vision.patches().merge();
    long largest = next;
    int i = first;
    for (int frame = 0; frame < span.grid().frames(); frame++) {
      long t =
          next + (long) (frame * (float) span.secondsPerGroup() * (float) vision.tokensPerSecond());
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          set(i++, t, next + row, next + column);
        }
      }
      largest = Math.max(largest, Math.max(t, next + Math.max(rows, columns) - 1));
    }
    return largest + 1;
  }

  /**
   * The rotation of several sequences.
   *
   * @param sequences one per batch entry, of equal length; or one for all
   */
  static Rotation rotation(
      NDManager manager, List<RotaryPositions> sequences, QwenConfig.Text config) {
    int half = config.headSize() / 2;
    int length = sequences.get(0).time.length;
    float[] angles = new float[sequences.size() * length * half];
    for (int j = 0; j < half; j++) {
      float frequency = (float) (1 / Math.pow(config.ropeTheta(), 2.0 * j / config.headSize()));
      for (int s = 0; s < sequences.size(); s++) {
        long[] axis = sequences.get(s).axis(j, config.mropeSection());
        for (int i = 0; i < length; i++) {
          angles[(s * length + i) * half + j] = axis[i] * frequency;
        }
      }
    }
    return Rotation.of(manager, angles, sequences.size(), length);
  }

  /** The stream that rotary frequency j follows. */
  private long[] axis(int j, List<Integer> section) {
    if (j < section.get(0)) {
      return time;
    }
    return j < section.get(0) + section.get(1) ? height : width;
  }

  /** Whether both give each token the same position. */
  boolean samePlacesAs(RotaryPositions other) {
    return Arrays.equals(time, other.time)
        && Arrays.equals(height, other.height)
        && Arrays.equals(width, other.width);
  }

  /** The position of one token after this sequence, for cached decoding. */
  RotaryPositions following(int tokensSoFar) {
    long[] position = {tokensSoFar + delta};
    return new RotaryPositions(position, position, position, delta);
  }
}
