package io.drivedistill.navsim.log;

/** A point or free vector with three components; the owner's name says the frame and the unit. */
public record Vector3(double x, double y, double z) {
  /** The origin. */
  public static final Vector3 ZERO = new Vector3(0, 0, 0);
}
