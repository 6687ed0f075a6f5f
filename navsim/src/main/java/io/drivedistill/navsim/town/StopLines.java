package io.drivedistill.navsim.town;

/** Where vehicles wait in front of a junction. */
final class StopLines {
  private static final double BEHIND_CROSSWALK_M = 6.4;
  private static final double AT_JUNCTION_M = 1.6;

  private StopLines() {}

  /** Distance of the waiting vehicles' front from the end of the road's lanes. */
  static double backM(Road road) {
    return road.crosswalkAtStart() || road.crosswalkAtEnd() ? BEHIND_CROSSWALK_M : AT_JUNCTION_M;
  }

  /** Whether a line is painted: at lights, and where others go first. */
  static boolean isMarked(Junction junction, Junction.Arm arm) {
    if (junction.lights) {
      return true;
    }
    int highest = 0;
    for (Junction.Arm other : junction.arms) {
      highest = Math.max(highest, other.rank());
    }
    return arm.rank() < highest;
  }
}
