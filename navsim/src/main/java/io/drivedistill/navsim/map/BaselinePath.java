package io.drivedistill.navsim.map;

import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.LineString;

/**
 * The centre of a lane as a discrete path: every vertex of the line with the heading of the segment
 * that starts there; the last vertex repeats the heading before it. Immutable.
 */
public final class BaselinePath {
  private final double[] x;
  private final double[] y;
  private final double[] heading;
  private final double lengthM;

  BaselinePath(LineString line) {
    Coordinate[] vertices = line.getCoordinates();
    int n = vertices.length;
    x = new double[n];
    y = new double[n];
    heading = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = vertices[i].x;
      y[i] = vertices[i].y;
    }
    for (int i = 0; i + 1 < n; i++) {
      heading[i] = StrictMath.atan2(y[i + 1] - y[i], x[i + 1] - x[i]);
    }
    heading[n - 1] = heading[n - 2];
    lengthM = line.getLength();
  }

  /** Number of vertices, at least 2. */
  public int size() {
    return x.length;
  }

  /** East of a vertex in metres. */
  public double x(int vertex) {
    return x[vertex];
  }

  /** North of a vertex in metres. */
  public double y(int vertex) {
    return y[vertex];
  }

  /** Heading at a vertex in radians. */
  public double headingRad(int vertex) {
    return heading[vertex];
  }

  /** Length of the line. */
  public double lengthM() {
    return lengthM;
  }

  /** The vertex nearest to a point, the first of equals. */
  public int nearestVertex(double pointX, double pointY) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < x.length; i++) {
      double distance = distance(i, pointX, pointY);
      if (distance < least) {
        least = distance;
        nearest = i;
      }
    }
    return nearest;
  }

  /** Distance from a vertex to a point in metres. */
  public double distance(int vertex, double pointX, double pointY) {
    double dx = x[vertex] - pointX;
    double dy = y[vertex] - pointY;
    return Math.sqrt(dx * dx + dy * dy);
  }
}
