package io.drivedistill.navsim.map;

import io.drivedistill.core.DriveDistillException;
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
 * @param baseline centre line, or null if the map has none
 */
public record Lane(
    String id,
    boolean connector,
    Geometry polygon,
    String roadblockId,
    OptionalDouble speedLimitMps,
    List<String> incomingIds,
    List<String> outgoingIds,
    BaselinePath baseline) {

  /**
   * The centre line.
   *
   * @throws DriveDistillException if the map has none for this lane
   */
  @Override
  public BaselinePath baseline() {
    if (baseline == null) {
      throw new DriveDistillException(
          "The map has no baseline path for the " + (connector ? "lane connector " : "lane ") + id,
          "Maybe the layer baseline_paths is incomplete; unpack nuplan-maps-v1.0 again.");
    }
    return baseline;
  }
}
