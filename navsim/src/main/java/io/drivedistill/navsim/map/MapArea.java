package io.drivedistill.navsim.map;

import org.locationtech.jts.geom.Geometry;

/**
 * An area of the map that is no lane.
 *
 * @param id feature id as text
 * @param polygon outline in UTM metres
 */
public record MapArea(String id, Geometry polygon) {}
