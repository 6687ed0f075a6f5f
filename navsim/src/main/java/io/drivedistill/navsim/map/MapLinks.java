package io.drivedistill.navsim.map;

import io.drivedistill.navsim.map.GeoPackage.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.MultiLineString;
import org.locationtech.jts.io.ParseException;

/** Foreign keys between the layers, resolved once. */
final class MapLinks {
  private final List<Row> connectorRows;
  private final List<Row> blockConnectorRows;
  private final Map<String, Geometry> connectorPolygons = new HashMap<>();
  private final Map<String, List<String>> incoming = new HashMap<>();
  private final Map<String, List<String>> outgoing = new HashMap<>();
  private final Map<String, List<String>> blockIncoming = new HashMap<>();
  private final Map<String, List<String>> blockOutgoing = new HashMap<>();
  private final Map<String, BaselinePath> laneBaselines = new HashMap<>();
  private final Map<String, BaselinePath> connectorBaselines = new HashMap<>();

  MapLinks(GeoPackage source, UtmProjection utm) throws SQLException, ParseException {
    connectorRows =
        source.rows(
            "lane_connectors",
            utm,
            "exit_lane_fid",
            "entry_lane_fid",
            "lane_group_connector_fid",
            "speed_limit_mps");
    for (Row row : connectorRows) {
      append(incoming, required(row, "lane_connectors", "entry_lane_fid"), row.id());
      append(outgoing, required(row, "lane_connectors", "exit_lane_fid"), row.id());
    }
    String polygons = "gen_lane_connectors_scaled_width_polygons";
    for (Row row : source.rows(polygons, utm, "lane_connector_fid")) {
      connectorPolygons.putIfAbsent(
          row.key("lane_connector_fid"), MapReader.polygon(row, polygons));
    }
    blockConnectorRows =
        source.rows("lane_group_connectors", utm, "from_lane_group_fid", "to_lane_group_fid");
    for (Row row : blockConnectorRows) {
      String layer = "lane_group_connectors";
      append(blockIncoming, required(row, layer, "to_lane_group_fid"), row.id());
      append(blockOutgoing, required(row, layer, "from_lane_group_fid"), row.id());
    }
    for (Row row : source.rows("baseline_paths", utm, "lane_fid", "lane_connector_fid")) {
      if (row.geometry() == null) {
        continue;
      }
      BaselinePath path = new BaselinePath(line(row));
      if (row.key("lane_fid") != null) {
        laneBaselines.putIfAbsent(row.key("lane_fid"), path);
      }
      if (row.key("lane_connector_fid") != null) {
        connectorBaselines.putIfAbsent(row.key("lane_connector_fid"), path);
      }
    }
  }

  List<String> laneIncoming(String id) {
    return List.copyOf(incoming.getOrDefault(id, List.of()));
  }

  List<String> laneOutgoing(String id) {
    return List.copyOf(outgoing.getOrDefault(id, List.of()));
  }

  Geometry connectorPolygon(String id) {
    Geometry polygon = connectorPolygons.get(id);
    if (polygon == null) {
      throw new IllegalArgumentException("lane connector " + id + " has no polygon");
    }
    return polygon;
  }

  /** The centre line of a lane, or null; lanes without one are an error when they are used. */
  BaselinePath laneBaseline(String id) {
    return laneBaselines.get(id);
  }

  /** The centre line of a lane connector, or null. */
  BaselinePath connectorBaseline(String id) {
    return connectorBaselines.get(id);
  }

  List<Row> connectorRows() {
    return connectorRows;
  }

  List<Row> blockConnectorRows() {
    return blockConnectorRows;
  }

  List<String> blockIncoming(String id) {
    return List.copyOf(blockIncoming.getOrDefault(id, List.of()));
  }

  List<String> blockOutgoing(String id) {
    return List.copyOf(blockOutgoing.getOrDefault(id, List.of()));
  }

  private static LineString line(Row row) {
    Geometry geometry = row.geometry();
    if (geometry instanceof MultiLineString multi && multi.getNumGeometries() == 1) {
      geometry = multi.getGeometryN(0);
    }
    if (geometry instanceof LineString line && line.getLength() > 0) {
      return line;
    }
    throw new IllegalArgumentException("baseline " + row.id() + " is not a line with a length");
  }

  private static String required(Row row, String layer, String column) {
    String key = row.key(column);
    if (key == null) {
      throw new IllegalArgumentException(
          "feature " + row.id() + " of layer " + layer + " has no " + column);
    }
    return key;
  }

  private static void append(Map<String, List<String>> links, String key, String value) {
    links.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
  }
}
