package io.drivedistill.navsim.town;

import io.drivedistill.navsim.log.DrivingCommand;
import io.drivedistill.navsim.log.ObjectType;
import java.util.List;

/**
 * Everything that a frame shows, in the town's frame.
 *
 * @param timeS time of the town, which the lights follow
 * @param ego the expert's state
 * @param bodies annotated objects around it
 * @param roadblocks route
 * @param command navigation hint
 */
record Snapshot(
    double timeS,
    EgoState ego,
    List<Body> bodies,
    List<Roadblock> roadblocks,
    DrivingCommand command) {

  /** Rear axle pose and motion of the expert. */
  record EgoState(
      double x,
      double y,
      double headingRad,
      double speedMps,
      double accelerationMps2,
      double yawRateRadps) {}

  /**
   * An annotated object.
   *
   * @param track number of the object within the log
   * @param type class
   * @param x middle
   * @param y middle
   * @param headingRad direction
   * @param lengthM extent along the heading
   * @param widthM extent across
   * @param heightM extent upward; it stands on the ground
   * @param speedMps speed along the heading
   * @param rgb colour
   * @param braking whether its brake lights are on
   */
  record Body(
      int track,
      ObjectType type,
      double x,
      double y,
      double headingRad,
      double lengthM,
      double widthM,
      double heightM,
      double speedMps,
      int rgb,
      boolean braking) {}
}
