package io.drivedistill.navsim.score;

/** Layout of a simulated row: {@value #STEPS} states of {@value #WIDTH} numbers, 0.1 s apart. */
final class States {
  static final int STEPS = 41;
  static final int WIDTH = 11;
  static final double DT = 0.1;

  static final int X = 0;
  static final int Y = 1;
  static final int HEADING = 2;
  static final int VX = 3;
  static final int VY = 4;
  static final int AX = 5;
  static final int AY = 6;
  static final int STEERING = 7;
  static final int STEERING_RATE = 8;
  static final int YAW_RATE = 9;
  static final int YAW_ACCELERATION = 10;

  private States() {}
}
