package io.drivedistill.navsim.score;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Polygon;

/**
 * A polygon, with holes if any, as primitive edges. A point on the border is outside. Immutable,
 * thread-safe.
 */
final class AreaPolygon {
  /** Edges as x1, y1, x2, y2. */
  private final double[] edges;

  private final double minX;
  private final double minY;
  private final double maxX;
  private final double maxY;

  /** Edges by horizontal band: those of band b are {@code banded[bandStart[b]..bandStart[b+1]]}. */
  private final int[] banded;

  private final int[] bandStart;
  private final double bandsPerMetre;

  private AreaPolygon(double[] edges) {
    this.edges = edges;
    double lowX = Double.POSITIVE_INFINITY;
    double lowY = Double.POSITIVE_INFINITY;
    double highX = Double.NEGATIVE_INFINITY;
    double highY = Double.NEGATIVE_INFINITY;
    for (int e = 0; e < edges.length; e += 2) {
      lowX = Math.min(lowX, edges[e]);
      highX = Math.max(highX, edges[e]);
      lowY = Math.min(lowY, edges[e + 1]);
      highY = Math.max(highY, edges[e + 1]);
    }
    this.minX = lowX;
    this.minY = lowY;
    this.maxX = highX;
    this.maxY = highY;
    int bands = Math.max(1, Math.min(edges.length / 8, 256));
    this.bandsPerMetre = maxY > minY ? bands / (maxY - minY) : 0;
    int[] count = new int[bands + 1];
    for (int e = 0; e < edges.length; e += 4) {
      for (int b = lowBand(e, bands); b <= highBand(e, bands); b++) {
        count[b + 1]++;
      }
    }
    for (int b = 0; b < bands; b++) {
      count[b + 1] += count[b];
    }
    this.bandStart = count;
    this.banded = new int[count[bands]];
    int[] next = count.clone();
    for (int e = 0; e < edges.length; e += 4) {
      for (int b = lowBand(e, bands); b <= highBand(e, bands); b++) {
        banded[next[b]++] = e;
      }
    }
  }

  static AreaPolygon of(Geometry geometry) {
    List<Coordinate[]> rings = new ArrayList<>();
    for (int g = 0; g < geometry.getNumGeometries(); g++) {
      if (geometry.getGeometryN(g) instanceof Polygon polygon && !polygon.isEmpty()) {
        rings.add(polygon.getExteriorRing().getCoordinates());
        for (int h = 0; h < polygon.getNumInteriorRing(); h++) {
          rings.add(polygon.getInteriorRingN(h).getCoordinates());
        }
      }
    }
    int count = rings.stream().mapToInt(ring -> ring.length - 1).sum();
    double[] edges = new double[4 * count];
    int at = 0;
    for (Coordinate[] ring : rings) {
      for (int i = 0; i + 1 < ring.length; i++) {
        edges[at++] = ring[i].x;
        edges[at++] = ring[i].y;
        edges[at++] = ring[i + 1].x;
        edges[at++] = ring[i + 1].y;
      }
    }
    return new AreaPolygon(edges);
  }

  /** Writes every edge's start; an edge ends where the next one starts, or its ring does. */
  void write(DataOutputStream out) throws IOException {
    out.writeInt(edges.length / 4);
    for (int e = 0; e < edges.length; e += 4) {
      out.writeDouble(edges[e]);
      out.writeDouble(edges[e + 1]);
    }
    int ring = 0;
    for (int e = 0; e < edges.length; e += 4) {
      boolean closes = edges[e + 2] == edges[ring] && edges[e + 3] == edges[ring + 1];
      boolean last =
          e + 4 == edges.length || edges[e + 2] != edges[e + 4] || edges[e + 3] != edges[e + 5];
      out.writeBoolean(closes && last);
      if (closes && last) {
        ring = e + 4;
      }
    }
  }

  static AreaPolygon read(DataInputStream in) throws IOException {
    double[] edges = new double[4 * in.readInt()];
    for (int e = 0; e < edges.length; e += 4) {
      edges[e] = in.readDouble();
      edges[e + 1] = in.readDouble();
    }
    int ring = 0;
    for (int e = 0; e < edges.length; e += 4) {
      boolean closes = in.readBoolean();
      int next = closes ? ring : e + 4;
      edges[e + 2] = edges[next];
      edges[e + 3] = edges[next + 1];
      if (closes) {
        ring = e + 4;
      }
    }
    return new AreaPolygon(edges);
  }

  private int lowBand(int edge, int bands) {
    return band(Math.min(edges[edge + 1], edges[edge + 3]), bands);
  }

  private int highBand(int edge, int bands) {
    return band(Math.max(edges[edge + 1], edges[edge + 3]), bands);
  }

  private int band(double y, int bands) {
    return Math.max(0, Math.min(bands - 1, (int) ((y - minY) * bandsPerMetre)));
  }

  double minX() {
    return minX;
  }

  double maxX() {
    return maxX;
  }

  double minY() {
    return minY;
  }

  double maxY() {
    return maxY;
  }

  /** Whether a point lies inside, not on the border. */
  boolean containsStrictly(double x, double y) {
    if (!(x >= minX && x <= maxX && y >= minY && y <= maxY)) {
      return false;
    }
    int band = band(y, bandStart.length - 1);
    boolean inside = false;
    for (int i = bandStart[band]; i < bandStart[band + 1]; i++) {
      int e = banded[i];
      double y1 = edges[e + 1] - y;
      double y2 = edges[e + 3] - y;
      if ((y1 > 0 && y2 > 0) || (y1 < 0 && y2 < 0)) {
        continue;
      }
      double x1 = edges[e] - x;
      double x2 = edges[e + 2] - x;
      double cross = x1 * y2 - x2 * y1;
      if (cross == 0 && Math.min(x1, x2) <= 0 && Math.max(x1, x2) >= 0) {
        return false; // on the border
      }
      if ((y1 > 0) != (y2 > 0) && (cross > 0) == (y2 > y1)) {
        inside = !inside;
      }
    }
    return inside;
  }

  /** Whether the polygon and a box share a point, touching included. */
  boolean meetsBox(double[] box, int at) {
    double boxMinX = Math.min(Math.min(box[at], box[at + 2]), Math.min(box[at + 4], box[at + 6]));
    double boxMaxX = Math.max(Math.max(box[at], box[at + 2]), Math.max(box[at + 4], box[at + 6]));
    double boxMinY =
        Math.min(Math.min(box[at + 1], box[at + 3]), Math.min(box[at + 5], box[at + 7]));
    double boxMaxY =
        Math.max(Math.max(box[at + 1], box[at + 3]), Math.max(box[at + 5], box[at + 7]));
    if (boxMinX > maxX || boxMaxX < minX || boxMinY > maxY || boxMaxY < minY) {
      return false;
    }
    int bands = bandStart.length - 1;
    int last = bandStart[band(boxMaxY, bands) + 1];
    for (int i = bandStart[band(boxMinY, bands)]; i < last; i++) {
      int e = banded[i];
      double x1 = edges[e];
      double y1 = edges[e + 1];
      double x2 = edges[e + 2];
      double y2 = edges[e + 3];
      if ((x1 < boxMinX && x2 < boxMinX)
          || (x1 > boxMaxX && x2 > boxMaxX)
          || (y1 < boxMinY && y2 < boxMinY)
          || (y1 > boxMaxY && y2 > boxMaxY)) {
        continue;
      }
      if (Boxes.segmentMeets(x1, y1, x2, y2, box, at)) {
        return true;
      }
    }
    return containsStrictly(box[at], box[at + 1]);
  }

  /** Distance from the polygon to a box, 0 when they share a point. */
  double distanceToBox(double[] box, int at) {
    if (meetsBox(box, at)) {
      return 0;
    }
    double least = Double.POSITIVE_INFINITY;
    for (int e = 0; e < edges.length; e += 4) {
      double x1 = edges[e];
      double y1 = edges[e + 1];
      double x2 = edges[e + 2];
      double y2 = edges[e + 3];
      for (int k = 0; k < 8; k += 2) {
        int next = at + (k + 2) % 8;
        double toEdge = Boxes.toSegment(box[at + k], box[at + k + 1], x1, y1, x2, y2);
        double toSide =
            Boxes.toSegment(x1, y1, box[at + k], box[at + k + 1], box[next], box[next + 1]);
        least = Math.min(least, Math.min(toEdge, toSide));
      }
    }
    return least;
  }

  /** Whether two polygons share a point, touching included. */
  boolean meets(AreaPolygon other) {
    if (other.minX > maxX || other.maxX < minX || other.minY > maxY || other.maxY < minY) {
      return false;
    }
    for (int e = 0; e < edges.length; e += 4) {
      for (int o = 0; o < other.edges.length; o += 4) {
        if (segmentsMeet(edges, e, other.edges, o)) {
          return true;
        }
      }
    }
    return holdsPartOf(other) || other.holdsPartOf(this);
  }

  /** Whether a ring of another polygon, which crosses no edge of this one, starts inside. */
  private boolean holdsPartOf(AreaPolygon other) {
    boolean starts = true;
    int ring = 0;
    for (int e = 0; e < other.edges.length; e += 4) {
      if (starts) {
        if (containsStrictly(other.edges[e], other.edges[e + 1])) {
          return true;
        }
        ring = e;
      }
      starts =
          other.edges[e + 2] == other.edges[ring] && other.edges[e + 3] == other.edges[ring + 1];
    }
    return false;
  }

  private static boolean segmentsMeet(double[] a, int e, double[] b, int o) {
    double a1 = side(a, e, b[o], b[o + 1]);
    double a2 = side(a, e, b[o + 2], b[o + 3]);
    double b1 = side(b, o, a[e], a[e + 1]);
    double b2 = side(b, o, a[e + 2], a[e + 3]);
    return a1 * a2 <= 0
        && b1 * b2 <= 0
        && Math.max(a[e], a[e + 2]) >= Math.min(b[o], b[o + 2])
        && Math.max(b[o], b[o + 2]) >= Math.min(a[e], a[e + 2])
        && Math.max(a[e + 1], a[e + 3]) >= Math.min(b[o + 1], b[o + 3])
        && Math.max(b[o + 1], b[o + 3]) >= Math.min(a[e + 1], a[e + 3]);
  }

  private static double side(double[] s, int e, double x, double y) {
    return (s[e + 2] - s[e]) * (y - s[e + 1]) - (s[e + 3] - s[e + 1]) * (x - s[e]);
  }

  /** Whether a point lies inside or on the border. */
  boolean covers(double x, double y) {
    if (containsStrictly(x, y)) {
      return true;
    }
    for (int e = 0; e < edges.length; e += 4) {
      if (Boxes.toSegment(x, y, edges[e], edges[e + 1], edges[e + 2], edges[e + 3]) == 0) {
        return true;
      }
    }
    return false;
  }
}
