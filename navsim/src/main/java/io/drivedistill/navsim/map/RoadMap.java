package io.drivedistill.navsim.map;

/**
 * The map of one location in UTM metres: what scoring and drawing need. Immutable and thread-safe.
 *
 * @param location official name, as {@code us-ma-boston}
 * @param projection from WGS84 degrees to the metres used here
 * @param lanes lanes
 * @param laneConnectors lane connectors
 * @param roadblocks groups of lanes
 * @param roadblockConnectors groups of lane connectors
 * @param intersections intersections
 * @param carparks car parks
 * @param crosswalks crosswalks; not used by the score
 * @param walkways walkways; not used by the score
 * @param stopLines stop lines; not used by the score
 */
public record RoadMap(
    String location,
    UtmProjection projection,
    MapLayer<Lane> lanes,
    MapLayer<Lane> laneConnectors,
    MapLayer<Roadblock> roadblocks,
    MapLayer<Roadblock> roadblockConnectors,
    MapLayer<MapArea> intersections,
    MapLayer<MapArea> carparks,
    MapLayer<MapArea> crosswalks,
    MapLayer<MapArea> walkways,
    MapLayer<MapArea> stopLines) {

  /** The lane or lane connector with an id, or null. */
  public Lane lane(String id) {
    Lane lane = lanes.find(id);
    return lane != null ? lane : laneConnectors.find(id);
  }

  /** The roadblock or roadblock connector with an id, or null. */
  public Roadblock block(String id) {
    Roadblock block = roadblocks.find(id);
    return block != null ? block : roadblockConnectors.find(id);
  }
}
