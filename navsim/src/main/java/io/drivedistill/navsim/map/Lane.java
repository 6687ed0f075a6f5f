package io.drivedistill.navsim.map;

import java.util.List;
import java.util.OptionalDouble;
import org.locationtech.jts.geom.Geometry;

/**
 * A lane, or a lane connector, which leads over an intersection from lane to lane.
 *
 * @param id feature id as text
 * @param connector whether this is a lane connector
 * @param polygon outline in UTM metres
 * @param roadblockId the roadblock, or roadblock connector, that it belongs to
 * @param speedLimitMps speed limit, absent where the map has none
 * @param incomingIds lanes or connectors that lead here, in feature order
 * @param outgoingIds lanes or connectors that follow, in feature order
 * @param baseline centre line
 */
public record Lane(
    String id,
    boolean connector,
    Geometry polygon,
    String roadblockId,
    OptionalDouble speedLimitMps,
    List<String> incomingIds,
    List<String> outgoingIds,
    BaselinePath baseline) {}
