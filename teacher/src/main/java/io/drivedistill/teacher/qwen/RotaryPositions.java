package io.drivedistill.teacher.qwen;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;

/** Positions of a token sequence on the three rotary axes (SPEC-qwen2_5_vl section 5). */
final class RotaryPositions {
  private static final long PADDING = 1;
  private static final int TEXT = -1;

  private final long[] time;
  private final long[] height;
  private final long[] width;
  private final long delta;

  /** Index of the first token of the visual span that a token belongs to, or −1 for text. */
  private final int[] spans;

  private RotaryPositions(long[] time, long[] height, long[] width, int[] spans, long delta) {
    this.time = time;
    this.spans = spans;
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
        new RotaryPositions(
            new long[ids.length],
            new long[ids.length],
            new long[ids.length],
            new int[ids.length],
            0);
    Arrays.fill(positions.spans, TEXT);
    long next = 0;
    int visual = 0;
    for (int i = 0; i < ids.length; ) {
      if (!attended[i]) {
        positions.set(i++, PADDING, PADDING, PADDING);
      } else if (ids[i] == config.markers().image() || ids[i] == config.markers().video()) {
        TokenBatch.VisualSpan span = visuals.get(visual++);
        next = positions.set(i, span, next, config.vision());
        int tokens = span.grid().tokens(config.vision().patches().merge());
        Arrays.fill(positions.spans, i, i + tokens, i);
        i += tokens;
      } else {
        positions.set(i++, next, next, next);
        next++;
      }
    }
    return new RotaryPositions(
        positions.time, positions.height, positions.width, positions.spans, next - ids.length);
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
   * @param interpolation of visual spans, or null
   */
  static Rotation rotation(
      NDManager manager,
      List<RotaryPositions> sequences,
      QwenConfig.Text config,
      VisualInterpolation interpolation) {
    int half = config.headSize() / 2;
    int length = sequences.get(0).time.length;
    float[] angles = new float[sequences.size() * length * half];
    float[] sizes = new float[sequences.size() * length];
    Arrays.fill(sizes, 1);
    for (int j = 0; j < half; j++) {
      float frequency = (float) (1 / Math.pow(config.ropeTheta(), 2.0 * j / config.headSize()));
      boolean squeezed = interpolation != null && j >= interpolation.firstFrequency();
      for (int s = 0; s < sequences.size(); s++) {
        RotaryPositions sequence = sequences.get(s);
        long[] axis = sequence.axis(j, config.mropeSection());
        double[] places = squeezed ? sequence.squeezed(axis, interpolation) : null;
        for (int i = 0; i < length; i++) {
          float place = squeezed ? (float) places[i] : axis[i];
          angles[(s * length + i) * half + j] = place * frequency;
          if (squeezed && places[i] != axis[i]) {
            Arrays.fill(
                sizes,
                s * length + sequence.spans[i],
                s * length + sequence.end(i),
                (float) (1 / Math.sqrt(interpolation.temperature())));
          }
        }
      }
    }
    return Rotation.of(manager, angles, sizes, sequences.size());
  }

  /** Positions on one axis with those of long visual spans squeezed into the trained range. */
  double[] squeezed(long[] axis, VisualInterpolation interpolation) {
    double[] places = Arrays.stream(axis).asDoubleStream().toArray();
    for (int first = 0; first < axis.length; ) {
      int end = end(first);
      if (spans[first] != TEXT) {
        long begin = axis[first];
        long last = Arrays.stream(axis, first, end).max().orElse(begin);
        double share = interpolation.share(last - begin + 1);
        for (int i = first; i < end; i++) {
          places[i] = begin + (axis[i] - begin) * share;
        }
      }
      first = end;
    }
    return places;
  }

  /** Index after the last token of the span, or run of text, that a token belongs to. */
  private int end(int token) {
    int end = token;
    while (end < spans.length && spans[end] == spans[token]) {
      end++;
    }
    return end;
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
        && Arrays.equals(width, other.width)
        && Arrays.equals(spans, other.spans);
  }

  /** The position of one token after this sequence, for cached decoding. */
  RotaryPositions following(int tokensSoFar) {
    long[] position = {tokensSoFar + delta};
    return new RotaryPositions(position, position, position, new int[] {TEXT}, delta);
  }
}
