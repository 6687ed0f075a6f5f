package io.drivedistill.student.transfuser;

import java.util.ArrayList;
import java.util.List;

/**
 * A small picture of class numbers with the drawing rules of OpenCV's {@code fillPoly} and {@code
 * polylines} (line type 8), so that targets equal those of the reference cell by cell. Coordinates
 * are whole cells; inside, positions are 16.16 fixed point. Not thread safe.
 */
final class RasterCanvas {
  private static final int SHIFT = 16;
  private static final long ONE = 1L << SHIFT;
  private static final long HALF = ONE >> 1;

  private final int width;
  private final int height;
  private final byte[] cells;

  RasterCanvas(int width, int height) {
    this.width = width;
    this.height = height;
    cells = new byte[width * height];
  }

  byte at(int x, int y) {
    return cells[y * width + x];
  }

  /** Fills a closed polygon, its boundary included; crossings follow the even-odd rule. */
  void fillPolygon(int[] xs, int[] ys, byte value) {
    List<ScanEdge> edges = new ArrayList<>();
    int previous = xs.length - 1;
    for (int i = 0; i < xs.length; i++) {
      edge(edges, xs[previous], ys[previous], xs[i], ys[i], value);
      previous = i;
    }
    if (edges.size() < 2) {
      return;
    }
    int first = Math.max(0, edges.stream().mapToInt(ScanEdge::top).min().orElseThrow());
    int last = Math.min(height, edges.stream().mapToInt(ScanEdge::bottom).max().orElseThrow());
    for (int y = first; y < last; y++) {
      int row = y;
      long[] crossings =
          edges.stream()
              .filter(edge -> edge.top() <= row && row < edge.bottom())
              .mapToLong(edge -> edge.at(row))
              .sorted()
              .toArray();
      for (int i = 0; i + 1 < crossings.length; i += 2) {
        span(y, crossings[i] >> SHIFT, crossings[i + 1] >> SHIFT, value);
      }
    }
  }

  private void edge(List<ScanEdge> edges, int x0, int y0, int x1, int y1, byte value) {
    ClippedLine line = new ClippedLine(x0, y0, x1, y1);
    boolean inside = contains(x0, y0) && contains(x1, y1);
    boolean visible = inside || line.clip(width - 1L, height - 1L);
    if (visible) {
      line((int) line.x0, (int) line.y0, (int) line.x1, (int) line.y1, value);
    }
    if (y0 == y1) {
      return;
    }
    // Edges that leave the picture run through their clipped ends, unless these share a row.
    ClippedLine carrier = line;
    long offset = 0;
    if (inside || line.y0 == line.y1) {
      carrier = new ClippedLine(x0, y0, x1, y1);
      offset = inside ? HALF : 0;
    }
    long startX = (carrier.x0 << SHIFT) + offset;
    long endX = (carrier.x1 << SHIFT) + offset;
    long slope = (endX - startX) / (carrier.y1 - carrier.y0);
    edges.add(
        y0 < y1
            ? new ScanEdge(y0, y1, startX + (y0 - carrier.y0) * slope, slope)
            : new ScanEdge(y1, y0, endX + (y1 - carrier.y1) * slope, slope));
  }

  /** Draws an open line one cell thick. */
  void thinPolyline(int[] xs, int[] ys, byte value) {
    for (int i = 0; i + 1 < xs.length; i++) {
      ClippedLine line = new ClippedLine(xs[i], ys[i], xs[i + 1], ys[i + 1]);
      if (line.clip(width - 1L, height - 1L)) {
        line((int) line.x0, (int) line.y0, (int) line.x1, (int) line.y1, value);
      }
    }
  }

  /** Draws an open line two cells thick with round ends. */
  void thickPolyline(int[] xs, int[] ys, byte value) {
    for (int i = 0; i + 1 < xs.length; i++) {
      thickSegment(xs[i], ys[i], xs[i + 1], ys[i + 1], value);
      if (i == 0) {
        dot(xs[0], ys[0], value);
      }
      dot(xs[i + 1], ys[i + 1], value);
    }
  }

  private void dot(int x, int y, byte value) {
    span(y, x - 1L, x + 1L, value);
    span(y - 1, x, x, value);
    span(y + 1, x, x, value);
  }

  private void thickSegment(int x0, int y0, int x1, int y1, byte value) {
    double dx = (double) x0 - x1;
    double dy = (double) y1 - y0;
    double square = dx * dx + dy * dy;
    if (square == 0) {
      return;
    }
    double scale = ONE / Math.sqrt(square);
    long acrossX = (long) Math.rint(dy * scale);
    long acrossY = (long) Math.rint(dx * scale);
    long startX = (long) x0 << SHIFT;
    long startY = (long) y0 << SHIFT;
    long endX = (long) x1 << SHIFT;
    long endY = (long) y1 << SHIFT;
    fillConvex(
        new long[] {startX + acrossX, startX - acrossX, endX - acrossX, endX + acrossX},
        new long[] {startY + acrossY, startY - acrossY, endY - acrossY, endY + acrossY},
        value);
  }

  /** Fills a convex polygon given in fixed point: outline, then one span per row. */
  private void fillConvex(long[] xs, long[] ys, byte value) {
    int n = xs.length;
    int topVertex = 0;
    long top = Long.MAX_VALUE;
    long bottom = Long.MIN_VALUE;
    for (int i = 0; i < n; i++) {
      int before = (i + n - 1) % n;
      fixedLine(new ClippedLine(xs[before], ys[before], xs[i], ys[i]), value);
      if (ys[i] < top) {
        top = ys[i];
        topVertex = i;
      }
      bottom = Math.max(bottom, ys[i]);
    }
    int firstRow = (int) ((top + HALF) >> SHIFT);
    int lastRow = Math.min(height - 1, (int) ((bottom + HALF) >> SHIFT));
    Chain forward = new Chain(xs, ys, topVertex, 1, firstRow);
    Chain backward = new Chain(xs, ys, topVertex, n - 1, firstRow);
    for (int y = firstRow; y <= lastRow; y++) {
      forward.reach(y);
      backward.reach(y);
      long left = Math.min(forward.x, backward.x);
      long right = Math.max(forward.x, backward.x);
      span(y, (left + HALF) >> SHIFT, (right + HALF) >> SHIFT, value);
      forward.x += forward.slope;
      backward.x += backward.slope;
    }
  }

  private boolean contains(int x, int y) {
    return x >= 0 && x < width && y >= 0 && y < height;
  }

  private void span(int y, long from, long to, byte value) {
    if (y >= 0 && y < height && to >= 0 && from < width) {
      int first = (int) Math.max(0, from);
      int last = (int) Math.min(width - 1L, to);
      java.util.Arrays.fill(cells, y * width + first, y * width + last + 1, value);
    }
  }

  /** Bresenham's line, always drawn from left to right. */
  private void line(int x0, int y0, int x1, int y1, byte value) {
    boolean reversed = x1 < x0;
    int x = reversed ? x1 : x0;
    int y = reversed ? y1 : y0;
    int dx = Math.abs(x1 - x0);
    int dy = Math.abs(y1 - y0);
    int stepY = (reversed ? y0 - y1 : y1 - y0) < 0 ? -1 : 1;
    boolean steep = dy > dx;
    int major = Math.max(dx, dy);
    int minor = Math.min(dx, dy);
    int error = major - 2 * minor;
    for (int i = 0; i <= major; i++) {
      cells[y * width + x] = value;
      boolean diagonal = error < 0;
      error += diagonal ? 2 * (major - minor) : -2 * minor;
      x += !steep || diagonal ? 1 : 0;
      y += steep || diagonal ? stepY : 0;
    }
  }

  /** A line between fixed-point ends, one cell per step along its longer side. */
  private void fixedLine(ClippedLine line, byte value) {
    if (!line.clip((width * ONE) - 1, (height * ONE) - 1)) {
      return;
    }
    long dx = line.x1 - line.x0;
    long dy = line.y1 - line.y0;
    boolean wide = Math.abs(dx) > Math.abs(dy);
    if (wide ? dx < 0 : dy < 0) {
      line.reverse();
      dx = -dx;
      dy = -dy;
    }
    point((line.x1 + HALF) >> SHIFT, (line.y1 + HALF) >> SHIFT, value);
    long steps = (wide ? dx : dy) >> SHIFT;
    long slope = wide ? dy * ONE / (dx | 1) : dx * ONE / (dy | 1);
    long major = ((wide ? line.x0 : line.y0) + HALF) >> SHIFT;
    long minor = (wide ? line.y0 : line.x0) + HALF;
    for (long i = 0; i <= steps; i++) {
      if (wide) {
        point(major + i, (minor + i * slope) >> SHIFT, value);
      } else {
        point((minor + i * slope) >> SHIFT, major + i, value);
      }
    }
  }

  private void point(long x, long y, byte value) {
    if (x >= 0 && x < width && y >= 0 && y < height) {
      cells[(int) (y * width + x)] = value;
    }
  }

  /**
   * One side of a polygon between two rows.
   *
   * @param top first row
   * @param bottom row after the last
   * @param x fixed-point position at the first row
   * @param slope change per row
   */
  private record ScanEdge(int top, int bottom, long x, long slope) {
    long at(int row) {
      return x + (row - top) * slope;
    }
  }

  /** The border of a convex polygon from its top vertex down one side. */
  private static final class Chain {
    private final long[] xs;
    private final long[] ys;
    private final int direction;
    private int vertex;
    private int nextRow;
    private int left;
    private long x = -ONE;
    private long slope;

    Chain(long[] xs, long[] ys, int topVertex, int direction, int firstRow) {
      this.xs = xs;
      this.ys = ys;
      this.direction = direction;
      vertex = topVertex;
      nextRow = firstRow;
      left = xs.length;
    }

    void reach(int row) {
      while (row >= nextRow && left-- > 0) {
        int next = (vertex + direction) % xs.length;
        int target = (int) ((ys[next] + HALF) >> SHIFT);
        if (target > row) {
          x = xs[vertex];
          slope = ((xs[next] - xs[vertex]) * 2 + (target - row)) / (2L * (target - row));
          nextRow = target;
        }
        vertex = next;
      }
    }
  }
}
