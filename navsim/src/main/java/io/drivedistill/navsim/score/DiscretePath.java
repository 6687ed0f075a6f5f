package io.drivedistill.navsim.score;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * A polyline with headings, addressed by arc length (SPEC-pdms section 10): the centre line and the
 * paths of the reference planner. Immutable.
 */
final class DiscretePath {
  private static final double LEAST_PROGRESS_M = 1e-5;

  private final double[] x;
  private final double[] y;
  private final double[] heading;
  private final double[] progress;

  /** A path from vertices and their headings; the arrays are copied. */
  DiscretePath(double[] x, double[] y, double[] heading) {
    this(x.clone(), y.clone(), unwrapped(heading), lengths(x, y));
  }

  /** Takes the arrays as they are. */
  private DiscretePath(double[] x, double[] y, double[] heading, double[] progress) {
    this.x = x;
    this.y = y;
    this.heading = heading;
    this.progress = progress;
  }

  private static double[] lengths(double[] x, double[] y) {
    double[] progress = new double[x.length];
    for (int i = 1; i < x.length; i++) {
      progress[i] = progress[i - 1] + Boxes.length(x[i] - x[i - 1], y[i] - y[i - 1]);
    }
    return progress;
  }

  private static double[] unwrapped(double[] heading) {
    double[] copy = heading.clone();
    Angles.unwrap(copy, 0, 1, copy.length);
    return copy;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(x.length);
    for (int i = 0; i < x.length; i++) {
      out.writeDouble(x[i]);
      out.writeDouble(y[i]);
      out.writeDouble(heading[i]);
    }
  }

  static DiscretePath read(DataInputStream in) throws IOException {
    int size = in.readInt();
    double[] x = new double[size];
    double[] y = new double[size];
    double[] heading = new double[size];
    for (int i = 0; i < size; i++) {
      x[i] = in.readDouble();
      y[i] = in.readDouble();
      heading[i] = in.readDouble();
    }
    return new DiscretePath(x, y, heading, lengths(x, y));
  }

  int size() {
    return x.length;
  }

  double x(int vertex) {
    return x[vertex];
  }

  double y(int vertex) {
    return y[vertex];
  }

  /** Heading at a vertex, unwrapped along the path. */
  double heading(int vertex) {
    return heading[vertex];
  }

  double length() {
    return progress[progress.length - 1];
  }

  /** The path moved sideways, to the left for a positive offset; headings stay. */
  DiscretePath offset(double offsetM) {
    double[] movedX = new double[x.length];
    double[] movedY = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double direction = heading[i] + Math.PI / 2;
      movedX[i] = x[i] + StrictMath.cos(direction) * offsetM;
      movedY[i] = y[i] + StrictMath.sin(direction) * offsetM;
    }
    return new DiscretePath(movedX, movedY, heading);
  }

  /** Arc length of the point of the path that is nearest to a point, the first of equals. */
  double project(double px, double py) {
    double least = Double.POSITIVE_INFINITY;
    double nearest = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      double dx = x[i + 1] - x[i];
      double dy = y[i + 1] - y[i];
      double squared = dx * dx + dy * dy;
      double toX = px - x[i];
      double toY = py - y[i];
      double t = squared == 0 ? 0 : (toX * dx + toY * dy) / squared;
      double distance;
      if (t <= 0) {
        t = 0;
        distance = toX * toX + toY * toY;
      } else if (t >= 1) {
        t = 1;
        distance = (px - x[i + 1]) * (px - x[i + 1]) + (py - y[i + 1]) * (py - y[i + 1]);
      } else {
        double cross = toX * dy - toY * dx;
        distance = cross * cross / squared;
      }
      if (distance < least) {
        least = distance;
        nearest = progress[i] + t * (progress[i + 1] - progress[i]);
      }
    }
    return nearest;
  }

  /** Distance from a point to the path. */
  double distance(double px, double py) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i + 1 < x.length; i++) {
      least = Math.min(least, Boxes.toSegment(px, py, x[i], y[i], x[i + 1], y[i + 1]));
    }
    return least;
  }

  /** Writes x, y and wrapped heading at an arc length into {@code out[at..at+2]}. */
  void interpolate(double arcLength, double[] out, int at) {
    double d = Math.max(LEAST_PROGRESS_M, Math.min(length(), arcLength));
    int i = Arrays.binarySearch(progress, d);
    i = i >= 0 ? firstOfEquals(i) : -i - 1;
    i = Math.max(1, Math.min(progress.length - 1, i));
    double span = progress[i] - progress[i - 1];
    double step = d - progress[i - 1];
    out[at] = finite((x[i] - x[i - 1]) / span * step + x[i - 1]);
    out[at + 1] = finite((y[i] - y[i - 1]) / span * step + y[i - 1]);
    out[at + 2] = Angles.wrap(finite((heading[i] - heading[i - 1]) / span * step + heading[i - 1]));
  }

  private int firstOfEquals(int index) {
    int first = index;
    while (first > 0 && progress[first - 1] == progress[index]) {
      first--;
    }
    return first;
  }

  private static double finite(double value) {
    return Double.isNaN(value) ? 0 : value;
  }

  /**
   * The vertices between two arc lengths if there are at least two, else the exact sub-line, as x,
   * y pairs.
   */
  double[] between(double from, double to) {
    double low = Math.max(0, Math.min(length(), from));
    double high = Math.max(0, Math.min(length(), to));
    int first = 0;
    while (first < progress.length && progress[first] < low) {
      first++;
    }
    int end = first;
    while (end < progress.length && progress[end] <= high) {
      end++;
    }
    if (end - first < 2) {
      double[] ends = new double[6];
      exact(low, ends, 0);
      if (end - first == 1 && progress[first] > low && progress[first] < high) {
        ends[2] = x[first];
        ends[3] = y[first];
        exact(high, ends, 4);
        return ends;
      }
      exact(high, ends, 2);
      return Arrays.copyOf(ends, 4);
    }
    double[] points = new double[2 * (end - first)];
    for (int i = first; i < end; i++) {
      points[2 * (i - first)] = x[i];
      points[2 * (i - first) + 1] = y[i];
    }
    return points;
  }

  private void exact(double d, double[] out, int at) {
    int i = 1;
    while (i < progress.length - 1 && progress[i] < d) {
      i++;
    }
    double span = progress[i] - progress[i - 1];
    double t = span == 0 ? 0 : (d - progress[i - 1]) / span;
    out[at] = x[i - 1] + t * (x[i] - x[i - 1]);
    out[at + 1] = y[i - 1] + t * (y[i] - y[i - 1]);
  }
}
