package io.drivedistill.navsim.imported;

import java.util.List;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.LineString;

/**
 * A piece of a lane as a source's map has it, in the source's metres.
 *
 * @param key the source's name of it
 * @param centreline in driving direction, of some length
 * @param area outline
 * @param inJunction whether it leads over an intersection
 * @param successors keys of the segments that continue it; some may be absent from the map
 * @param neighbours keys of lanes beside it in the same direction; some may be absent
 */
record RoadSegment(
    String key,
    LineString centreline,
    Geometry area,
    boolean inJunction,
    List<String> successors,
    List<String> neighbours) {
  RoadSegment {
    successors = List.copyOf(successors);
    neighbours = List.copyOf(neighbours);
  }

  /** Mean width of the area. */
  double widthM() {
    return area.getArea() / centreline.getLength();
  }
}
