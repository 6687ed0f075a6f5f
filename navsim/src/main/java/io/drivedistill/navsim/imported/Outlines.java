package io.drivedistill.navsim.imported;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.geom.util.GeometryFixer;
import org.locationtech.jts.linearref.LengthIndexedLine;
import org.locationtech.jts.operation.buffer.BufferOp;
import org.locationtech.jts.operation.buffer.BufferParameters;
import org.locationtech.jts.operation.overlayng.OverlayNG;
import org.locationtech.jts.operation.overlayng.OverlayNGRobust;

/** Areas of roads: surveyed outlines cross themselves and leave hairline gaps, maps must not. */
final class Outlines {
  private static final GeometryFactory GEOMETRIES = new GeometryFactory();
  private static final double HAIRLINE_M = 0.05;
  private static final double SMALLEST_AREA_M2 = 0.01;
  private static final BufferParameters FLAT =
      new BufferParameters(4, BufferParameters.CAP_FLAT, BufferParameters.JOIN_MITRE, 2);

  private Outlines() {}

  static LineString line(List<Coordinate> points) {
    return GEOMETRIES.createLineString(points.toArray(Coordinate[]::new));
  }

  /** A polygon from a ring that may cross itself or lack its last point; null if it has no area. */
  static Polygon ofRing(List<Coordinate> points) {
    List<Coordinate> ring = new ArrayList<>(points);
    if (!ring.isEmpty() && !ring.get(0).equals2D(ring.get(ring.size() - 1))) {
      ring.add(ring.get(0).copy());
    }
    return ring.size() < 4
        ? null
        : largest(GEOMETRIES.createPolygon(ring.toArray(Coordinate[]::new)));
  }

  /** The largest valid polygon of an area, or null if it has none. */
  static Polygon largest(Geometry area) {
    Polygon largest = null;
    for (Polygon polygon : parts(area)) {
      if (largest == null || polygon.getArea() > largest.getArea()) {
        largest = polygon;
      }
    }
    return largest;
  }

  /** The valid polygons of an area, without specks. */
  static List<Polygon> parts(Geometry area) {
    Geometry valid = area.isValid() ? area : GeometryFixer.fix(area);
    List<Polygon> parts = new ArrayList<>();
    for (int i = 0; i < valid.getNumGeometries(); i++) {
      if (valid.getGeometryN(i) instanceof Polygon p && p.getArea() > SMALLEST_AREA_M2) {
        parts.add(p);
      }
    }
    return parts;
  }

  /** The union, grown by a hairline so that touching lanes become one. */
  static Geometry union(Collection<? extends Geometry> areas) {
    return OverlayNGRobust.union(areas.stream().map(area -> area.buffer(HAIRLINE_M, 2)).toList());
  }

  static Geometry overlap(Geometry a, Geometry b) {
    return OverlayNGRobust.overlay(a, b, OverlayNG.INTERSECTION);
  }

  static Geometry without(Geometry a, Geometry b) {
    return OverlayNGRobust.overlay(a, b, OverlayNG.DIFFERENCE);
  }

  /** A strip of a width along a line, with flat ends. */
  static Polygon strip(LineString line, double widthM) {
    return largest(BufferOp.bufferOp(line, widthM / 2, FLAT));
  }

  /** The part of a line between two lengths. */
  static LineString part(LineString line, double fromM, double toM) {
    return (LineString) new LengthIndexedLine(line).extractLine(fromM, toM);
  }

  /** Lines one after another; points that coincide are kept once. */
  static LineString joined(List<LineString> lines) {
    List<Coordinate> points = new ArrayList<>();
    for (LineString line : lines) {
      for (Coordinate next : line.getCoordinates()) {
        if (points.isEmpty() || points.get(points.size() - 1).distance(next) > HAIRLINE_M) {
          points.add(next);
        }
      }
    }
    return line(points);
  }

  /** Direction of a line from its start to its end. */
  static double directionRad(LineString line) {
    Coordinate a = line.getCoordinateN(0);
    Coordinate b = line.getCoordinateN(line.getNumPoints() - 1);
    return StrictMath.atan2(b.y - a.y, b.x - a.x);
  }
}
