package io.drivedistill.navsim.town;

import io.drivedistill.navsim.log.ObjectType;
import java.util.List;

/**
 * What stands and lies beside the lanes of a town.
 *
 * @param walkways strips for people on foot
 * @param crosswalks where people cross
 * @param carparks strips with parked cars
 * @param standing annotated objects that never move
 * @param houses buildings, not annotated
 * @param trees trees, not annotated
 */
record Scenery(
    List<Walkway> walkways,
    List<Crosswalk> crosswalks,
    List<Carpark> carparks,
    List<Standing> standing,
    List<House> houses,
    List<Tree> trees) {

  /**
   * A walkway along a road.
   *
   * @param line its middle
   * @param polygon closed ring
   */
  record Walkway(Polyline line, Outline polygon) {}

  /**
   * A strip for parking.
   *
   * @param polygon closed ring
   * @param headingRad direction of the cars
   */
  record Carpark(Outline polygon, double headingRad) {}

  /**
   * A crossing for people at the end of a road.
   *
   * @param line from kerb to kerb
   * @param polygon closed ring
   * @param junction junction at that end
   * @param stops lanes that lead into the junction over it, with the arc length of its near edge
   * @param exits lanes that leave the junction over it, with the arc length of its near edge
   */
  record Crosswalk(
      Polyline line, Outline polygon, Junction junction, List<Stop> stops, List<Stop> exits) {}

  /** A place on a lane. */
  record Stop(Lane lane, double arcLengthM) {}

  /**
   * An object that stands where it is.
   *
   * @param type its class
   * @param x middle
   * @param y middle
   * @param headingRad direction of its length
   * @param lengthM extent along the heading
   * @param widthM extent across
   * @param heightM extent upward
   * @param rgb colour
   */
  record Standing(
      ObjectType type,
      double x,
      double y,
      double headingRad,
      double lengthM,
      double widthM,
      double heightM,
      int rgb) {}

  /** A building: middle, direction, extents, colours of wall and roof. */
  record House(
      double x,
      double y,
      double headingRad,
      double lengthM,
      double widthM,
      double heightM,
      int wallRgb,
      int roofRgb) {}

  /** A tree: foot, radius of the crown, height, colour. */
  record Tree(double x, double y, double radiusM, double heightM, int rgb) {}
}
