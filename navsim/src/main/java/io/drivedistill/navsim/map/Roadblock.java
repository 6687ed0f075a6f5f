package io.drivedistill.navsim.map;

import java.util.List;
import org.locationtech.jts.geom.Geometry;

/**
 * A group of parallel lanes, or of lane connectors (a roadblock connector).
 *
 * @param id feature id as text
 * @param connector whether this is a roadblock connector
 * @param polygon outline in UTM metres
 * @param lanes lanes inside in feature order
 * @param incomingIds blocks that lead here, in feature order
 * @param outgoingIds blocks that follow, in feature order
 */
public record Roadblock(
    String id,
    boolean connector,
    Geometry polygon,
    List<Lane> lanes,
    List<String> incomingIds,
    List<String> outgoingIds) {}
