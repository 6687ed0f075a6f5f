package io.drivedistill.teacher.qwen;

import io.drivedistill.teacher.image.PatchGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Token sequences of equal length, with the pictures and clips that stand in them. */
public final class TokenBatch {
  private final long[][] ids;
  private final boolean[][] attended;
  private final List<List<VisualSpan>> visuals;

  /**
   * A picture or clip within a sequence.
   *
   * @param grid its size in patches
   * @param secondsPerGroup time between frame groups of a clip, 0 for a picture
   */
  public record VisualSpan(PatchGrid grid, double secondsPerGroup) {
    /** A picture. */
    public static VisualSpan picture(PatchGrid grid) {
      return new VisualSpan(grid, 0);
    }
  }

  /**
   * Makes a batch that shares the arrays.
   *
   * @param ids [B][N] token ids; each visual span as its marker repeated once per merged cell
   * @param attended [B][N] which tokens are no padding, or null where none is padding
   * @param visuals per sequence its pictures and clips in order
   */
  public TokenBatch(long[][] ids, boolean[][] attended, List<List<VisualSpan>> visuals) {
    for (long[] sequence : ids) {
      if (sequence.length != ids[0].length) {
        throw new IllegalArgumentException(
            "Sequences of " + ids[0].length + " and " + sequence.length + " tokens in one batch");
      }
    }
    this.ids = ids;
    this.attended = attended;
    this.visuals = visuals.stream().map(List::copyOf).toList();
  }

  /** Token ids [B][N]. */
  public long[][] ids() {
    return ids;
  }

  /** Which tokens are no padding, [B][N]; null where none is padding. */
  public boolean[][] attended() {
    return attended;
  }

  /**
   * Sequences of perhaps different lengths, padded on the left.
   *
   * @param padding id of the padding token
   */
  public static TokenBatch leftPadded(
      List<long[]> sequences, List<List<VisualSpan>> visuals, int padding) {
    int longest = sequences.stream().mapToInt(sequence -> sequence.length).max().orElse(0);
    boolean equal = sequences.stream().allMatch(sequence -> sequence.length == longest);
    long[][] ids = new long[sequences.size()][longest];
    boolean[][] attended = new boolean[sequences.size()][longest];
    for (int b = 0; b < ids.length; b++) {
      long[] sequence = sequences.get(b);
      int start = longest - sequence.length;
      Arrays.fill(ids[b], 0, start, padding);
      System.arraycopy(sequence, 0, ids[b], start, sequence.length);
      Arrays.fill(attended[b], start, longest, true);
    }
    return new TokenBatch(ids, equal ? null : attended, visuals);
  }

  /** Number of sequences. */
  public int size() {
    return ids.length;
  }

  /** Tokens of a sequence, padding included. */
  public int length() {
    return ids[0].length;
  }

  /** Rotary positions: one entry per sequence, or a single one where all are equal. */
  List<RotaryPositions> positions(QwenConfig config) {
    List<RotaryPositions> positions = new ArrayList<>();
    boolean equal = true;
    for (int b = 0; b < ids.length; b++) {
      boolean[] visible = attended == null ? allTrue(length()) : attended[b];
      positions.add(RotaryPositions.of(ids[b], visible, visuals.get(b), config));
      equal &= positions.get(b).samePlacesAs(positions.get(0));
    }
    return equal ? positions.subList(0, 1) : positions;
  }

  private static boolean[] allTrue(int count) {
    boolean[] values = new boolean[count];
    Arrays.fill(values, true);
    return values;
  }

  /** Pictures and clips of one sequence. */
  public List<VisualSpan> visuals(int sequence) {
    return visuals.get(sequence);
  }

  /** Indices within one sequence of the tokens that stand for merged cells, in reading order. */
  public int[] visualPlaces(QwenConfig.Markers markers, int sequence) {
    long[] row = ids[sequence];
    return IntStream.range(0, row.length)
        .filter(i -> row[i] == markers.image() || row[i] == markers.video())
        .toArray();
  }

  /** Flat [B·N] indices of the tokens that stand for merged cells, in reading order. */
  int[] visualPlaces(QwenConfig.Markers markers) {
    return IntStream.range(0, size())
        .flatMap(b -> Arrays.stream(visualPlaces(markers, b)).map(i -> b * length() + i))
        .toArray();
  }
}
