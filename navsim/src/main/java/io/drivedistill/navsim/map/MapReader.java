package io.drivedistill.navsim.map;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.map.GeoPackage.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.io.ParseException;

/**
 * Reads a nuPlan map (SPEC-pdms section 3). Layers that the score does not need may be absent.
 * Stateless.
 */
public final class MapReader {
  private static final String EPSG = "epsg:";

  private MapReader() {}

  /**
   * Reads the map of a location.
   *
   * @param location official name, as {@code us-ma-boston}
   * @param file the GeoPackage
   * @throws DriveDistillException if the file is absent, damaged, or lacks a layer
   */
  public static RoadMap read(String location, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DriveDistillException(
          "Expected the map of '" + location + "' at " + file + ", found no such file.",
          "Maybe only a part of nuplan-maps-v1.0 was unpacked; unpack it again.");
    }
    try (GeoPackage source = GeoPackage.open(file)) {
      return read(location, source);
    } catch (SQLException | ParseException | IllegalArgumentException e) {
      throw new DriveDistillException(
          "The map " + file + " is damaged or not a nuPlan map: " + e.getMessage(),
          "Maybe the download was cut off; unpack nuplan-maps-v1.0 again.",
          e);
    }
  }

  private static RoadMap read(String location, GeoPackage source)
      throws SQLException, ParseException {
    UtmProjection utm = projection(source);
    MapLinks links = new MapLinks(source, utm);
    List<Row> laneRows =
        source.rows("lanes_polygons", utm, "lane_fid", "lane_group_fid", "speed_limit_mps");
    List<Lane> lanes = new ArrayList<>();
    for (Row row : laneRows) {
      lanes.add(
          new Lane(
              row.id(),
              false,
              polygon(row, "lanes_polygons"),
              row.key("lane_group_fid"),
              limit(row),
              links.laneIncoming(row.id()),
              links.laneOutgoing(row.id()),
              links.laneBaseline(row.id())));
    }
    List<Lane> connectors = new ArrayList<>();
    for (Row row : links.connectorRows()) {
      connectors.add(
          new Lane(
              row.id(),
              true,
              links.connectorPolygon(row.id()),
              row.key("lane_group_connector_fid"),
              limit(row),
              List.of(row.key("exit_lane_fid")),
              List.of(row.key("entry_lane_fid")),
              links.connectorBaseline(row.id())));
    }
    return new RoadMap(
        location,
        utm,
        new MapLayer<>(lanes, Lane::id, Lane::polygon),
        new MapLayer<>(connectors, Lane::id, Lane::polygon),
        roadblocks(source, utm, links, lanes),
        roadblockConnectors(links, connectors),
        areas(source, utm, "intersections"),
        areas(source, utm, "carpark_areas"),
        areas(source, utm, "crosswalks"),
        areas(source, utm, "walkways"),
        areas(source, utm, "stop_polygons"));
  }

  private static UtmProjection projection(GeoPackage source) throws SQLException {
    String system = source.meta("projectedCoordSystem");
    if (system == null || !system.toLowerCase(Locale.ROOT).matches(EPSG + "\\d{5}")) {
      throw new IllegalArgumentException(
          "expected projectedCoordSystem = epsg:NNNNN in the layer meta, found " + system);
    }
    return UtmProjection.ofEpsg(Integer.parseInt(system.substring(EPSG.length())));
  }

  private static MapLayer<Roadblock> roadblocks(
      GeoPackage source, UtmProjection utm, MapLinks links, List<Lane> lanes)
      throws SQLException, ParseException {
    Map<String, List<Lane>> inside = byBlock(lanes);
    List<Roadblock> blocks = new ArrayList<>();
    for (Row row : source.rows("lane_groups_polygons", utm)) {
      blocks.add(
          new Roadblock(
              row.id(),
              false,
              polygon(row, "lane_groups_polygons"),
              inside.getOrDefault(row.id(), List.of()),
              links.blockIncoming(row.id()),
              links.blockOutgoing(row.id())));
    }
    return new MapLayer<>(blocks, Roadblock::id, Roadblock::polygon);
  }

  private static MapLayer<Roadblock> roadblockConnectors(MapLinks links, List<Lane> connectors) {
    Map<String, List<Lane>> inside = byBlock(connectors);
    List<Roadblock> blocks = new ArrayList<>();
    for (Row row : links.blockConnectorRows()) {
      blocks.add(
          new Roadblock(
              row.id(),
              true,
              polygon(row, "lane_group_connectors"),
              inside.getOrDefault(row.id(), List.of()),
              List.of(row.key("from_lane_group_fid")),
              List.of(row.key("to_lane_group_fid"))));
    }
    return new MapLayer<>(blocks, Roadblock::id, Roadblock::polygon);
  }

  private static Map<String, List<Lane>> byBlock(List<Lane> lanes) {
    Map<String, List<Lane>> blocks = new HashMap<>();
    for (Lane lane : lanes) {
      blocks.computeIfAbsent(lane.roadblockId(), id -> new ArrayList<>()).add(lane);
    }
    blocks.replaceAll((id, list) -> List.copyOf(list));
    return blocks;
  }

  private static MapLayer<MapArea> areas(GeoPackage source, UtmProjection utm, String layer)
      throws SQLException, ParseException {
    List<MapArea> areas = new ArrayList<>();
    if (source.hasLayer(layer)) {
      for (Row row : source.rows(layer, utm)) {
        Geometry area = row.geometry();
        if (area != null && area.getDimension() == 2 && !area.isEmpty()) {
          areas.add(new MapArea(row.id(), area));
        }
      }
    }
    return new MapLayer<>(areas, MapArea::id, MapArea::polygon);
  }

  private static OptionalDouble limit(Row row) {
    return row.values().get("speed_limit_mps") instanceof Number limit
        ? OptionalDouble.of(limit.doubleValue())
        : OptionalDouble.empty();
  }

  static Geometry polygon(Row row, String layer) {
    Geometry geometry = row.geometry();
    if (geometry == null || geometry.getDimension() != 2 || geometry.isEmpty()) {
      throw new IllegalArgumentException(
          "feature " + row.id() + " of layer " + layer + " has no polygon");
    }
    return geometry;
  }
}
