package io.drivedistill.student.transfuser;

/**
 * A line between two points that can be cut to a picture by Cohen and Sutherland's outcodes, with
 * OpenCV's order of cuts and truncation.
 */
final class ClippedLine {
  private static final int LEFT = 1;
  private static final int RIGHT = 2;
  private static final int ABOVE = 4;
  private static final int BELOW = 8;

  long x0;
  long y0;
  long x1;
  long y1;

  ClippedLine(long x0, long y0, long x1, long y1) {
    this.x0 = x0;
    this.y0 = y0;
    this.x1 = x1;
    this.y1 = y1;
  }

  /** Swaps the ends. */
  void reverse() {
    long x = x0;
    long y = y0;
    x0 = x1;
    y0 = y1;
    x1 = x;
    y1 = y;
  }

  /**
   * Cuts the line to 0 ≤ x ≤ right, 0 ≤ y ≤ bottom.
   *
   * @return whether any of it is left; if not, the ends may have been cut in part
   */
  boolean clip(long right, long bottom) {
    int first = code(x0, y0, right, bottom);
    int second = code(x1, y1, right, bottom);
    if ((first & second) != 0 || (first | second) == 0) {
      return (first | second) == 0;
    }
    if ((first & (ABOVE | BELOW)) != 0) {
      cutFirstToRow((first & ABOVE) != 0 ? 0 : bottom);
      first = code(x0, y0, right, bottom) & (LEFT | RIGHT);
    }
    if ((second & (ABOVE | BELOW)) != 0) {
      reverse();
      cutFirstToRow((second & ABOVE) != 0 ? 0 : bottom);
      reverse();
      second = code(x1, y1, right, bottom) & (LEFT | RIGHT);
    }
    if ((first & second) != 0 || (first | second) == 0) {
      return (first | second) == 0;
    }
    if (first != 0) {
      cutFirstToColumn((first & LEFT) != 0 ? 0 : right);
    }
    if (second != 0) {
      reverse();
      cutFirstToColumn((second & LEFT) != 0 ? 0 : right);
      reverse();
    }
    return true;
  }

  private void cutFirstToRow(long row) {
    x0 += (long) ((double) (row - y0) * (x1 - x0) / (y1 - y0));
    y0 = row;
  }

  private void cutFirstToColumn(long column) {
    y0 += (long) ((double) (column - x0) * (y1 - y0) / (x1 - x0));
    x0 = column;
  }

  private static int code(long x, long y, long right, long bottom) {
    return (x < 0 ? LEFT : 0)
        | (x > right ? RIGHT : 0)
        | (y < 0 ? ABOVE : 0)
        | (y > bottom ? BELOW : 0);
  }
}
