package io.drivedistill.navsim.imported;

import io.drivedistill.navsim.imported.LaneNetwork.Block;
import io.drivedistill.navsim.imported.LaneNetwork.BlockLink;
import io.drivedistill.navsim.imported.LaneNetwork.Connector;
import io.drivedistill.navsim.imported.LaneNetwork.Lane;
import io.drivedistill.navsim.map.MapTable;
import io.drivedistill.navsim.map.MapWriter;
import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.geom.util.AffineTransformation;

/**
 * Writes a road into a nuPlan map. NAVSIM counts roadblocks, intersections and car parks as
 * drivable and nothing else, so paved ground outside lanes and intersections (parking lanes,
 * shoulders, driveways) goes into the layer {@code carpark_areas}; the source's drivable areas as
 * they are go into {@code generic_drivable_areas}. No source here knows speed limits, lights or
 * stop lines; those columns are NULL and those layers empty.
 */
final class NetworkMap {
  private static final String CREATOR = "drivedistill";

  /** Car parks reach this far under their neighbours, so that no gap is left between them. */
  private static final double OVERLAP_M = 0.1;

  private final MapWriter writer;
  private final AffineTransformation shift;
  private final int firstIntersection;
  private int nextId;

  private NetworkMap(MapWriter writer, AffineTransformation shift, int nextId) {
    this.writer = writer;
    this.shift = shift;
    this.firstIntersection = nextId;
    this.nextId = nextId;
  }

  /**
   * Adds a road.
   *
   * @param shiftXM added to all coordinates
   * @param shiftYM added to all coordinates
   * @param firstId ids of all features count from here
   * @return the first id that is free afterwards
   */
  static int write(SurveyedMap map, MapWriter writer, double shiftXM, double shiftYM, int firstId) {
    LaneNetwork network = LaneNetworkBuilder.build(map, firstId);
    int free = firstId;
    for (Block block : network.blocks()) {
      free = Math.max(free, block.lanes.get(block.lanes.size() - 1).id + 1);
    }
    for (BlockLink link : network.links()) {
      free = Math.max(free, link.connectors.get(link.connectors.size() - 1).id() + 1);
    }
    NetworkMap target =
        new NetworkMap(writer, AffineTransformation.translationInstance(shiftXM, shiftYM), free);
    target.addIntersections(network);
    List<Polygon> covered = new ArrayList<>(network.intersections());
    network.blocks().forEach(block -> covered.add(target.addBlock(block)));
    network.links().forEach(target::addLink);
    target.addSurroundings(map, covered);
    return target.nextId;
  }

  private void add(MapTable layer, int id, Geometry geometry, Object... values) {
    writer.add(layer, id, shift.transform(geometry), values);
  }

  private void addIntersections(LaneNetwork network) {
    for (Polygon area : network.intersections()) {
      add(MapTable.INTERSECTIONS, nextId++, area, 0, CREATOR, 0);
    }
  }

  private Polygon addBlock(Block block) {
    for (Lane lane : block.lanes) {
      double widthM = lane.area.getArea() / lane.centreline.getLength();
      add(
          MapTable.LANES_POLYGONS,
          lane.id,
          lane.area,
          block.id,
          lane.id,
          block.lanes.indexOf(lane),
          CREATOR,
          "",
          0,
          0,
          widthM,
          0.0,
          0.0,
          0.0,
          null,
          0,
          null,
          null,
          null,
          0,
          0,
          0,
          0);
      addBaseline(lane.centreline, 0, (double) lane.id, null);
    }
    Polygon outline = block.outline();
    add(MapTable.LANE_GROUPS_POLYGONS, block.id, outline, CREATOR, null, null, 0, 0);
    add(MapTable.ROAD_SEGMENTS, nextId++, outline, String.valueOf(block.id), CREATOR);
    return outline;
  }

  private void addLink(BlockLink link) {
    Integer intersection = link.intersection < 0 ? null : firstIntersection + link.intersection;
    for (Connector connector : link.connectors) {
      add(
          MapTable.LANE_CONNECTORS,
          connector.id(),
          connector.centreline(),
          link.from.id,
          connector.from().id,
          link.to.id,
          link.id,
          connector.to().id,
          intersection,
          0,
          "",
          "",
          0,
          CREATOR,
          0,
          0,
          null);
      add(
          MapTable.GEN_LANE_CONNECTORS_SCALED_WIDTH_POLYGONS,
          nextId++,
          connector.area(),
          connector.id(),
          link.id,
          intersection,
          null,
          null,
          CREATOR);
      addBaseline(connector.centreline(), 1, null, (double) connector.id());
    }
    add(
        MapTable.LANE_GROUP_CONNECTORS,
        link.id,
        link.outline(),
        intersection,
        link.from.id,
        link.to.id,
        CREATOR,
        0,
        0,
        null,
        null);
  }

  private void addBaseline(LineString line, int pathType, Double lane, Double connector) {
    add(MapTable.BASELINE_PATHS, nextId++, line, pathType, CREATOR, lane, connector, "");
  }

  private void addSurroundings(SurveyedMap map, List<Polygon> covered) {
    for (Polygon area : map.drivableAreas()) {
      add(MapTable.GENERIC_DRIVABLE_AREAS, nextId++, area, CREATOR);
      Geometry rest = area;
      for (Polygon other : covered) {
        if (other.getEnvelopeInternal().intersects(area.getEnvelopeInternal())) {
          rest = Outlines.without(rest, other.buffer(-OVERLAP_M));
        }
      }
      for (Polygon part : Outlines.parts(rest)) {
        add(MapTable.CARPARK_AREAS, nextId++, part, 0.0, CREATOR);
      }
    }
    for (Polygon crossing : map.crossings()) {
      add(MapTable.CROSSWALKS, nextId++, crossing, "", "", CREATOR, 1);
    }
  }
}
