package io.drivedistill.navsim.town;

import io.drivedistill.navsim.map.MapTable;
import io.drivedistill.navsim.map.MapWriter;
import io.drivedistill.navsim.town.Scenery.Carpark;
import io.drivedistill.navsim.town.Scenery.Crosswalk;
import io.drivedistill.navsim.town.Scenery.Stop;
import io.drivedistill.navsim.town.Scenery.Walkway;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.geom.Polygon;

/** Writes a town's features into the map of its location. */
final class TownMap {
  private static final String CREATOR = "drivedistill";

  /** Ids of features that are no network elements start this far above the town's first id. */
  static final int FIRST_EXTRA_ID = 20_000;

  private static final int TRAFFIC_LIGHT_STOP = 2;

  private final Town town;
  private final MapWriter writer;
  private final GeometryFactory geometries = new GeometryFactory();
  private final Map<Lane, int[]> boundaries = new HashMap<>();
  private final Map<Roadblock, Integer> stopLines = new HashMap<>();
  private int nextId;

  private TownMap(Town town, MapWriter writer, int firstId) {
    this.town = town;
    this.writer = writer;
    this.nextId = firstId + FIRST_EXTRA_ID;
  }

  /** Adds all features; {@code firstId} is the one that the town was built with. */
  static void write(Town town, int firstId, MapWriter writer) {
    TownMap map = new TownMap(town, writer, firstId);
    map.addJunctionsAndStops();
    map.addLanes();
    map.addConnectors();
    map.addSurroundings();
  }

  private void addLanes() {
    for (Roadblock block : town.network().laneBlocks) {
      for (Lane lane : block.lanes) {
        int[] sides = addBoundaries(lane);
        writer.add(
            MapTable.LANES_POLYGONS,
            lane.id,
            polygon(lane.polygon),
            block.id,
            lane.id,
            lane.index,
            CREATOR,
            "",
            0,
            0,
            Lane.WIDTH_M,
            0.0,
            0.0,
            0.0,
            lane.speedLimitMps,
            0,
            sides[0],
            sides[1],
            lane.speedLimitMps,
            0,
            0,
            0,
            0);
        addBaseline(lane, (double) lane.id, null);
      }
      int left = boundaries.get(block.lanes.get(0))[0];
      int right = boundaries.get(block.lanes.get(block.lanes.size() - 1))[1];
      writer.add(
          MapTable.LANE_GROUPS_POLYGONS,
          block.id,
          polygon(block.polygon),
          CREATOR,
          left,
          right,
          0,
          0);
      writer.add(
          MapTable.ROAD_SEGMENTS,
          nextId++,
          polygon(block.polygon),
          String.valueOf(block.id),
          CREATOR);
    }
  }

  private int[] addBoundaries(Lane lane) {
    int[] sides = {nextId++, nextId++};
    writer.add(MapTable.BOUNDARIES, sides[0], line(lane.leftBoundary), "", 0, 0, CREATOR);
    writer.add(MapTable.BOUNDARIES, sides[1], line(lane.rightBoundary), "", 0, 0, CREATOR);
    boundaries.put(lane, sides);
    return sides;
  }

  private void addBaseline(Lane lane, Double laneId, Double connectorId) {
    writer.add(
        MapTable.BASELINE_PATHS,
        nextId++,
        line(lane.baseline),
        lane.isConnector() ? 1 : 0,
        CREATOR,
        laneId,
        connectorId,
        "");
    Polyline line = lane.baseline;
    writer.add(
        MapTable.DUBINS_NODES,
        nextId++,
        point(line.x(0), line.y(0)),
        0.0,
        line.firstHeading(),
        CREATOR);
  }

  private void addJunctionsAndStops() {
    for (Junction junction : town.network().junctions) {
      writer.add(
          MapTable.INTERSECTIONS,
          junction.id,
          polygon(junction.polygon),
          junction.lights ? TRAFFIC_LIGHT_STOP : 0,
          CREATOR,
          0);
      for (Junction.Arm arm : junction.arms) {
        if (arm.incoming() == null || !junction.lights) {
          continue;
        }
        int id = nextId++;
        stopLines.put(arm.incoming(), id);
        Road road = arm.incoming().road;
        double inward = road.oneWay() ? arm.leftM() : arm.leftM() - Road.SHOULDER_M;
        double middle = road.oneWay() ? -arm.rightM() : 0;
        double[][] ring = {
          arm.beside(middle, 5.2),
          arm.beside(inward, 5.2),
          arm.beside(inward, 6.2),
          arm.beside(middle, 6.2),
          arm.beside(middle, 5.2)
        };
        writer.add(
            MapTable.STOP_POLYGONS,
            id,
            polygon(ring),
            TRAFFIC_LIGHT_STOP,
            String.valueOf(junction.id),
            ids(arm.incoming()),
            CREATOR);
        double[] lamp = arm.beside(inward + 0.8, 2);
        writer.add(
            MapTable.TRAFFIC_LIGHTS,
            nextId++,
            point(lamp[0], lamp[1]),
            3.0,
            arm.outwardRad(),
            CREATOR);
      }
    }
  }

  private static String ids(Roadblock block) {
    return block.lanes.stream()
        .map(lane -> String.valueOf(lane.id))
        .collect(Collectors.joining(","));
  }

  private void addConnectors() {
    for (Junction junction : town.network().junctions) {
      for (Lane lane : junction.connectors) {
        Lane from = lane.previous.get(0);
        Lane to = lane.next.get(0);
        Integer stop = stopLines.get(from.block);
        int[] sides = addBoundaries(lane);
        writer.add(
            MapTable.LANE_CONNECTORS,
            lane.id,
            line(lane.baseline),
            from.block.id,
            from.id,
            to.block.id,
            lane.block.id,
            to.id,
            junction.id,
            turnType(lane),
            "",
            stop == null ? "" : String.valueOf(stop),
            0,
            CREATOR,
            0,
            0,
            lane.speedLimitMps);
        writer.add(
            MapTable.GEN_LANE_CONNECTORS_SCALED_WIDTH_POLYGONS,
            nextId++,
            polygon(lane.polygon),
            lane.id,
            lane.block.id,
            junction.id,
            sides[0],
            sides[1],
            CREATOR);
        addBaseline(lane, null, (double) lane.id);
      }
      for (Roadblock block : junction.connectorBlocks) {
        writer.add(
            MapTable.LANE_GROUP_CONNECTORS,
            block.id,
            polygon(block.polygon),
            junction.id,
            block.from.id,
            block.to.id,
            CREATOR,
            0,
            0,
            boundaries.get(block.lanes.get(0))[0],
            boundaries.get(block.lanes.get(block.lanes.size() - 1))[1]);
      }
    }
  }

  private static int turnType(Lane connector) {
    return switch (connector.turn) {
      case STRAIGHT -> 0;
      case LEFT -> 1;
      case RIGHT -> 2;
    };
  }

  private void addSurroundings() {
    for (Crosswalk crosswalk : town.scenery().crosswalks()) {
      String lanes =
          crosswalk.stops().stream()
              .map(Stop::lane)
              .map(lane -> String.valueOf(lane.id))
              .collect(Collectors.joining(","));
      writer.add(
          MapTable.CROSSWALKS,
          nextId++,
          polygon(crosswalk.polygon().points()),
          String.valueOf(crosswalk.junction().id),
          lanes,
          CREATOR,
          1);
    }
    for (Walkway walkway : town.scenery().walkways()) {
      writer.add(MapTable.WALKWAYS, nextId++, polygon(walkway.polygon().points()), CREATOR);
    }
    for (Carpark carpark : town.scenery().carparks()) {
      writer.add(
          MapTable.CARPARK_AREAS,
          nextId++,
          polygon(carpark.polygon().points()),
          carpark.headingRad(),
          CREATOR);
    }
  }

  private Coordinate[] coordinates(double[][] points) {
    Coordinate[] coordinates = new Coordinate[points.length];
    for (int i = 0; i < points.length; i++) {
      coordinates[i] =
          new Coordinate(points[i][0] + town.originEastM(), points[i][1] + town.originNorthM());
    }
    return coordinates;
  }

  private Polygon polygon(double[][] ring) {
    return geometries.createPolygon(coordinates(ring));
  }

  private LineString line(Polyline line) {
    return geometries.createLineString(coordinates(line.points()));
  }

  private Point point(double x, double y) {
    return geometries.createPoint(coordinates(new double[][] {{x, y}})[0]);
  }
}
