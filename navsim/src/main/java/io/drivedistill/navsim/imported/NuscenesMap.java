package io.drivedistill.navsim.imported;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.geom.util.GeometryFixer;

/**
 * The map of a nuScenes scene. Lanes have an outline, lane connectors have none and get a strip as
 * wide as the lanes that they join; links are where end and start of two centre lines meet; lanes
 * beside each other are those whose outlines share a side. The rings named {@code boundary_*}
 * enclose the drivable area, rings inside rings its holes.
 */
final class NuscenesMap {
  private static final GeometryFactory GEOMETRIES = new GeometryFactory();
  private static final double MEET_M = 0.5;
  private static final double MEET_RAD = Math.PI / 4;
  private static final double SIDE_M = 0.5;
  private static final double SHARED_SIDE = 0.5;
  private static final double USUAL_WIDTH_M = 3.5;
  private static final double WIDEST_M = 6;

  private NuscenesMap() {}

  /** A centre line, and the outline, itself and grown by a side, if the source has one. */
  private record Piece(String key, LineString line, Polygon outline, Geometry grown) {
    Coordinate start() {
      return line.getCoordinateN(0);
    }

    Coordinate end() {
      return line.getCoordinateN(line.getNumPoints() - 1);
    }
  }

  static SurveyedMap of(JsonNode features) {
    Map<String, Piece> pieces = new LinkedHashMap<>();
    List<Polygon> rings = new ArrayList<>();
    for (JsonNode feature : features) {
      String key = JsonTree.text(feature, "id");
      List<Coordinate> points = points(JsonTree.list(feature, "polyline"));
      if (JsonTree.text(feature, "type").startsWith("LANE")) {
        LineString line = Outlines.joined(List.of(Outlines.line(points)));
        Polygon outline =
            feature.path("polygon").isArray()
                ? Outlines.ofRing(points(feature.get("polygon")))
                : null;
        if (line.getLength() > 0 && !pieces.containsKey(key)) {
          Geometry grown = outline == null ? null : outline.buffer(SIDE_M);
          pieces.put(key, new Piece(key, line, outline, grown));
        }
      } else if (key.startsWith("boundary_") && points.size() > 3) {
        rings.add(Outlines.ofRing(points));
      }
    }
    List<Piece> all = List.copyOf(pieces.values());
    List<RoadSegment> segments = new ArrayList<>();
    for (Piece piece : all) {
      segments.add(segment(piece, all));
    }
    return new SurveyedMap(segments, enclosed(rings), List.of());
  }

  private static List<Coordinate> points(JsonNode list) {
    List<Coordinate> points = new ArrayList<>();
    for (JsonNode point : list) {
      points.add(new Coordinate(JsonTree.number(point, 0), JsonTree.number(point, 1)));
    }
    return points;
  }

  private static RoadSegment segment(Piece piece, List<Piece> all) {
    List<String> successors = new ArrayList<>();
    List<String> neighbours = new ArrayList<>();
    double width = 0;
    int widths = 0;
    for (Piece other : all) {
      if (other.key.equals(piece.key)) {
        continue;
      }
      boolean after = meet(piece, other);
      if (after) {
        successors.add(other.key);
      }
      if (other.outline != null && (after || meet(other, piece))) {
        width += other.outline.getArea() / other.line.getLength();
        widths++;
      }
      if (piece.outline != null && other.outline != null && beside(piece, other)) {
        neighbours.add(other.key);
      }
    }
    double widthM = widths == 0 ? USUAL_WIDTH_M : Math.min(WIDEST_M, width / widths);
    Polygon area = piece.outline == null ? Outlines.strip(piece.line, widthM) : piece.outline;
    return new RoadSegment(
        piece.key, piece.line, area, piece.outline == null, successors, neighbours);
  }

  private static boolean meet(Piece before, Piece after) {
    return before.end().distance(after.start()) < MEET_M
        && turnRad(lastHeading(before.line), firstHeading(after.line)) < MEET_RAD;
  }

  private static double turnRad(double a, double b) {
    return Math.abs(StrictMath.atan2(StrictMath.sin(a - b), StrictMath.cos(a - b)));
  }

  private static double firstHeading(LineString line) {
    return heading(line.getCoordinateN(0), line.getCoordinateN(1));
  }

  private static double lastHeading(LineString line) {
    int n = line.getNumPoints();
    return heading(line.getCoordinateN(n - 2), line.getCoordinateN(n - 1));
  }

  private static double heading(Coordinate from, Coordinate to) {
    return StrictMath.atan2(to.y - from.y, to.x - from.x);
  }

  private static boolean beside(Piece a, Piece b) {
    if (a.outline.getEnvelopeInternal().distance(b.outline.getEnvelopeInternal()) > SIDE_M
        || turnRad(Outlines.directionRad(a.line), Outlines.directionRad(b.line)) > MEET_RAD) {
      return false;
    }
    double strip = Outlines.overlap(a.grown, b.outline).getArea();
    return strip > SHARED_SIDE * SIDE_M * Math.min(a.line.getLength(), b.line.getLength());
  }

  /** Ground inside an odd number of rings. */
  private static List<Polygon> enclosed(List<Polygon> rings) {
    Geometry area = GEOMETRIES.createPolygon();
    List<Polygon> largestFirst =
        rings.stream()
            .filter(ring -> ring != null)
            .sorted((a, b) -> Double.compare(b.getArea(), a.getArea()))
            .toList();
    for (Polygon ring : largestFirst) {
      Geometry valid = ring.isValid() ? ring : GeometryFixer.fix(ring);
      area = area.symDifference(valid);
    }
    return Outlines.parts(area);
  }
}
