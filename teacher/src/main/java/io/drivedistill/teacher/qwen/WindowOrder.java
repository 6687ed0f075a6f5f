package io.drivedistill.teacher.qwen;

import java.util.ArrayList;
import java.util.List;

/**
 * The order in which one frame's merged cells stand while attention works window by window
 * (SPEC-qwen2_5_vl section 3.3): windows row by row from the top left, ragged ones at the right and
 * bottom simply smaller.
 */
final class WindowOrder {
  private final int[] cells;
  private final int[] windows;

  private WindowOrder(int[] cells, int[] windows) {
    this.cells = cells;
    this.windows = windows;
  }

  /** Raster index of the cell at each place. */
  int[] cells() {
    return cells;
  }

  /** Number of cells of each window, in order. */
  int[] windows() {
    return windows;
  }

  /** Windows of {@code side} cells over a frame of merged cells. */
  static WindowOrder of(int rows, int columns, int side) {
    int[] cells = new int[rows * columns];
    List<Integer> windows = new ArrayList<>();
    int place = 0;
    for (int top = 0; top < rows; top += side) {
      for (int left = 0; left < columns; left += side) {
        int begin = place;
        for (int row = top; row < Math.min(top + side, rows); row++) {
          for (int column = left; column < Math.min(left + side, columns); column++) {
            cells[place++] = row * columns + column;
          }
        }
        windows.add(place - begin);
      }
    }
    return new WindowOrder(cells, windows.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Place of each cell: undoes {@link #cells}. */
  int[] places() {
    int[] places = new int[cells.length];
    for (int place = 0; place < cells.length; place++) {
      places[cells[place]] = place;
    }
    return places;
  }

  /**
   * A run of neighbouring windows of equal size, which attention treats in one product.
   *
   * @param first place of its first cell
   * @param count number of windows
   * @param size cells of each
   */
  record Run(int first, int count, int size) {}

  /** The windows as few runs. */
  List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    int first = 0;
    for (int begin = 0; begin < windows.length; ) {
      int end = begin;
      while (end < windows.length && windows[end] == windows[begin]) {
        end++;
      }
      runs.add(new Run(first, end - begin, windows[begin]));
      first += (end - begin) * windows[begin];
      begin = end;
    }
    return runs;
  }
}
