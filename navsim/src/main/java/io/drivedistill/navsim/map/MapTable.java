package io.drivedistill.navsim.map;

import java.util.Locale;

/**
 * Layers of a nuPlan map with their columns after {@code fid} and {@code geom}, as SQL declares
 * them (SPEC-pdms section 3).
 */
public enum MapTable {
  /** Middle lines of lanes and lane connectors. */
  BASELINE_PATHS(
      "LINESTRING",
      "path_type_fid INTEGER",
      "creator_id TEXT",
      "lane_fid REAL",
      "lane_connector_fid REAL",
      "dubins_node_fids TEXT"),
  /** Areas of lanes. */
  LANES_POLYGONS(
      "POLYGON",
      "lane_group_fid INTEGER",
      "lane_fid INTEGER",
      "lane_index INTEGER",
      "creator_id TEXT",
      "name TEXT",
      "road_type_fid INTEGER",
      "lane_type_fid INTEGER",
      "width REAL",
      "left_offset REAL",
      "right_offset REAL",
      "min_speed REAL",
      "max_speed REAL",
      "stops INTEGER",
      "left_boundary_fid INTEGER",
      "right_boundary_fid INTEGER",
      "speed_limit_mps REAL",
      "left_has_reflectors INTEGER",
      "right_has_reflectors INTEGER",
      "from_edge_fid INTEGER",
      "to_edge_fid INTEGER"),
  /** Ways through junctions. */
  LANE_CONNECTORS(
      "LINESTRING",
      "exit_lane_group_fid INTEGER",
      "exit_lane_fid INTEGER",
      "entry_lane_group_fid INTEGER",
      "lane_group_connector_fid INTEGER",
      "entry_lane_fid INTEGER",
      "intersection_fid INTEGER",
      "turn_type_fid INTEGER",
      "bulb_fids TEXT",
      "traffic_light_stop_line_fids TEXT",
      "overlap INTEGER",
      "creator_id TEXT",
      "left_has_reflectors INTEGER",
      "right_has_reflectors INTEGER",
      "speed_limit_mps REAL"),
  /** Areas of lane connectors. */
  GEN_LANE_CONNECTORS_SCALED_WIDTH_POLYGONS(
      "POLYGON",
      "lane_connector_fid INTEGER",
      "lane_group_connector_fid INTEGER",
      "intersection_fid INTEGER",
      "left_boundary_fid INTEGER",
      "right_boundary_fid INTEGER",
      "creator_id TEXT"),
  /** Roadblocks. */
  LANE_GROUPS_POLYGONS(
      "POLYGON",
      "creator_id TEXT",
      "left_boundary_fid INTEGER",
      "right_boundary_fid INTEGER",
      "from_edge_fid INTEGER",
      "to_edge_fid INTEGER"),
  /** Roadblock connectors. */
  LANE_GROUP_CONNECTORS(
      "POLYGON",
      "intersection_fid INTEGER",
      "from_lane_group_fid INTEGER",
      "to_lane_group_fid INTEGER",
      "creator_id TEXT",
      "from_edge_fid INTEGER",
      "to_edge_fid INTEGER",
      "left_boundary_fid INTEGER",
      "right_boundary_fid INTEGER"),
  /** Side lines of lanes. */
  BOUNDARIES(
      "LINESTRING",
      "boundary_segment_fids TEXT",
      "has_reflectors INTEGER",
      "boundary_type_fid INTEGER",
      "creator_id TEXT"),
  /** Junctions. */
  INTERSECTIONS("POLYGON", "intersection_type_fid INTEGER", "creator_id TEXT", "is_mini INTEGER"),
  /** Carriageways between junctions. */
  ROAD_SEGMENTS("POLYGON", "lane_group_fids TEXT", "creator_id TEXT"),
  /** Where to stop. */
  STOP_POLYGONS(
      "POLYGON",
      "stop_polygon_type_fid INTEGER",
      "intersection_fids TEXT",
      "lane_fids TEXT",
      "creator_id TEXT"),
  /** Where people cross. */
  CROSSWALKS(
      "POLYGON",
      "intersection_fids TEXT",
      "lane_fids TEXT",
      "creator_id TEXT",
      "is_marked INTEGER"),
  /** Where people walk. */
  WALKWAYS("POLYGON", "creator_id TEXT"),
  /** Where cars park. */
  CARPARK_AREAS("POLYGON", "heading REAL", "creator_id TEXT"),
  /** Other paved areas. */
  GENERIC_DRIVABLE_AREAS("POLYGON", "creator_id TEXT"),
  /** Lamps. */
  TRAFFIC_LIGHTS("POINT", "pose_z REAL", "heading REAL", "creator_id TEXT"),
  /** Support points of the middle lines. */
  DUBINS_NODES("POINT", "radius REAL", "heading REAL", "creator_id TEXT");

  private final String geometryType;
  private final String columns;
  private final int columnCount;

  MapTable(String geometryType, String... columns) {
    this.geometryType = geometryType;
    this.columns = String.join(", ", columns);
    this.columnCount = columns.length;
  }

  /** Name of the table. */
  public String tableName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Well-known name of the geometry type. */
  String geometryType() {
    return geometryType;
  }

  /** Column declarations after fid and geom. */
  String columns() {
    return columns;
  }

  /** Number of columns after fid and geom. */
  int columnCount() {
    return columnCount;
  }
}
