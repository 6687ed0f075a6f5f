package io.drivedistill.navsim.town;

import io.drivedistill.navsim.town.Scenery.Crosswalk;

/** A person who walks up and down a walkway, or crosses a road at a crosswalk now and then. */
final class Pedestrian {
  private static final double KERB_WAIT_M = 1.2;

  final int number;
  final Polyline line;
  final int rgb;

  /** Null for people who stay on the walkway. */
  final Crosswalk crosswalk;

  private final double walkMps;
  private double at;
  private int direction;
  private double waitS;
  private boolean walking;

  Pedestrian(
      int number,
      Polyline line,
      Crosswalk crosswalk,
      double at,
      double walkMps,
      int rgb,
      double waitS) {
    this.number = number;
    this.line = line;
    this.crosswalk = crosswalk;
    this.at = at;
    this.walkMps = walkMps;
    this.rgb = rgb;
    this.direction = at > line.length() / 2 ? -1 : 1;
    this.waitS = waitS;
    this.walking = crosswalk == null;
  }

  double x() {
    return line.xAt(at);
  }

  double y() {
    return line.yAt(at);
  }

  double headingRad() {
    double heading = line.headingAt(at);
    return direction > 0 ? heading : Angles.wrap(heading + Math.PI);
  }

  double speedMps() {
    return walking ? walkMps : 0;
  }

  /** Whether drivers have to wait for this person. */
  boolean isCrossing() {
    return crosswalk != null && walking;
  }

  /** Whether this person would like to start crossing. */
  boolean wantsToCross() {
    return crosswalk != null && !walking && waitS <= 0;
  }

  void startCrossing() {
    walking = true;
  }

  double crossingTimeS() {
    return line.length() / walkMps;
  }

  void advance(double stepS, double nextWaitS) {
    if (!walking) {
      waitS -= stepS;
      return;
    }
    at += direction * walkMps * stepS;
    boolean end = direction > 0 ? at > line.length() - KERB_WAIT_M * 0 : at < 0;
    if (end) {
      direction = -direction;
      if (crosswalk != null) {
        walking = false;
        waitS = nextWaitS;
      }
    }
  }
}
