package io.drivedistill.navsim.score;

/** The recording vehicle, a Chrysler Pacifica, in metres (SPEC-pdms section 4). */
final class Vehicle {
  static final double HALF_WIDTH = 1.1485;
  static final double LENGTH = 5.176;
  static final double HALF_LENGTH = LENGTH / 2;
  static final double WHEEL_BASE = 3.089;
  static final double REAR_AXLE_TO_CENTRE = 1.461;

  private Vehicle() {}
}
