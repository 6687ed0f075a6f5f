package io.drivedistill.navsim.imported;

import java.util.List;
import org.locationtech.jts.geom.Polygon;

/**
 * What a source knows of the road around one recording, in its own metres.
 *
 * @param segments lanes and ways over intersections, in the source's order
 * @param drivableAreas paved areas; may overlap the segments
 * @param crossings pedestrian crossings
 */
record SurveyedMap(
    List<RoadSegment> segments, List<Polygon> drivableAreas, List<Polygon> crossings) {
  SurveyedMap {
    segments = List.copyOf(segments);
    drivableAreas = List.copyOf(drivableAreas);
    crossings = List.copyOf(crossings);
  }
}
