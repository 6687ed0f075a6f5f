package io.drivedistill.navsim.imported;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.linearref.LengthIndexedLine;

/**
 * The vector map of an Argoverse 2 log. A lane's centre line is the mean of its two boundaries,
 * point by point of equal shares of their lengths; bicycle lanes are no lanes for cars.
 */
final class ArgoverseMap {
  private static final double STEP_M = 1;

  private ArgoverseMap() {}

  static SurveyedMap read(Path file) {
    try {
      JsonNode root = new ObjectMapper().readTree(file.toFile());
      List<RoadSegment> segments = new ArrayList<>();
      for (JsonNode lane : required(root, "lane_segments")) {
        if (!required(lane, "lane_type").asText().equals("BIKE")) {
          segment(lane, segments);
        }
      }
      List<Polygon> drivable = new ArrayList<>();
      for (JsonNode area : required(root, "drivable_areas")) {
        addRing(points(area, "area_boundary"), drivable);
      }
      List<Polygon> crossings = new ArrayList<>();
      for (JsonNode crossing : required(root, "pedestrian_crossings")) {
        addRing(between(points(crossing, "edge1"), points(crossing, "edge2")), crossings);
      }
      return new SurveyedMap(segments, drivable, crossings);
    } catch (IOException | IllegalArgumentException e) {
      throw new DriveDistillException(
          "Could not read the map " + file.toAbsolutePath() + ": " + e.getMessage(),
          "Maybe the download was cut off, or this is no Argoverse 2 map; fetch the log again.",
          e);
    }
  }

  private static void segment(JsonNode lane, List<RoadSegment> segments) {
    List<Coordinate> left = points(lane, "left_lane_boundary");
    List<Coordinate> right = points(lane, "right_lane_boundary");
    Polygon area = Outlines.ofRing(between(left, right));
    LineString centre = middle(Outlines.line(left), Outlines.line(right));
    if (area == null || centre.getLength() == 0) {
      return;
    }
    List<String> successors = new ArrayList<>();
    required(lane, "successors").forEach(id -> successors.add(id.asText()));
    List<String> neighbours = new ArrayList<>();
    for (String side : List.of("left_neighbor_id", "right_neighbor_id")) {
      if (lane.hasNonNull(side)) {
        neighbours.add(lane.get(side).asText());
      }
    }
    segments.add(
        new RoadSegment(
            required(lane, "id").asText(),
            centre,
            area,
            required(lane, "is_intersection").asBoolean(),
            successors,
            neighbours));
  }

  private static LineString middle(LineString left, LineString right) {
    int steps =
        (int) Math.max(2, Math.ceil(Math.max(left.getLength(), right.getLength()) / STEP_M));
    LengthIndexedLine onLeft = new LengthIndexedLine(left);
    LengthIndexedLine onRight = new LengthIndexedLine(right);
    List<Coordinate> centre = new ArrayList<>();
    for (int i = 0; i <= steps; i++) {
      Coordinate a = onLeft.extractPoint(left.getLength() * i / steps);
      Coordinate b = onRight.extractPoint(right.getLength() * i / steps);
      centre.add(new Coordinate((a.x + b.x) / 2, (a.y + b.y) / 2));
    }
    return Outlines.joined(List.of(Outlines.line(centre)));
  }

  /** The ring between two lines of the same direction. */
  private static List<Coordinate> between(List<Coordinate> left, List<Coordinate> right) {
    List<Coordinate> ring = new ArrayList<>(left);
    for (int i = right.size() - 1; i >= 0; i--) {
      ring.add(right.get(i));
    }
    return ring;
  }

  private static void addRing(List<Coordinate> ring, List<Polygon> areas) {
    Polygon area = Outlines.ofRing(ring);
    if (area != null) {
      areas.add(area);
    }
  }

  private static List<Coordinate> points(JsonNode node, String key) {
    List<Coordinate> points = new ArrayList<>();
    for (JsonNode point : required(node, key)) {
      JsonNode x = required(point, "x");
      JsonNode y = required(point, "y");
      if (!x.isNumber() || !y.isNumber()) {
        throw new IllegalArgumentException("expected numbers x and y in '" + key + "'");
      }
      points.add(new Coordinate(x.doubleValue(), y.doubleValue()));
    }
    if (points.size() < 2) {
      throw new IllegalArgumentException("expected at least two points in '" + key + "'");
    }
    return points;
  }

  private static JsonNode required(JsonNode node, String key) {
    JsonNode value = node.get(key);
    if (value == null) {
      throw new IllegalArgumentException("there is no '" + key + "'");
    }
    return value;
  }
}
