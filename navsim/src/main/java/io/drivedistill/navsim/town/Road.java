package io.drivedistill.navsim.town;

/**
 * A road between two junctions.
 *
 * @param center centre line; for a two-way road the line between the directions, for a one-way road
 *     the middle of its lanes
 * @param lanesForward lanes along the line
 * @param lanesBackward lanes against it, zero for one-way roads
 * @param speedLimitMps limit of all lanes
 * @param parkingWidthM width of a strip for parked cars on either outer side, zero for none
 * @param crosswalkAtStart whether people may cross at the start
 * @param crosswalkAtEnd whether people may cross at the end
 * @param sidewalk whether walkways accompany it
 */
record Road(
    Polyline center,
    int lanesForward,
    int lanesBackward,
    double speedLimitMps,
    double parkingWidthM,
    boolean crosswalkAtStart,
    boolean crosswalkAtEnd,
    boolean sidewalk) {
  /** Paved strip beyond the outermost lane that belongs to the drivable area. */
  static final double SHOULDER_M = 1.0;

  /** Distance of the right edge of the driving lanes from the centre line. */
  double rightEdgeM() {
    return lanesBackward == 0 ? lanesForward * Lane.WIDTH_M / 2 : lanesForward * Lane.WIDTH_M;
  }

  /** Distance of the left edge of the driving lanes from the centre line. */
  double leftEdgeM() {
    return lanesBackward == 0 ? lanesForward * Lane.WIDTH_M / 2 : lanesBackward * Lane.WIDTH_M;
  }

  boolean oneWay() {
    return lanesBackward == 0;
  }
}
