package io.drivedistill.navsim.log;

/** The navigation hint of a frame, in the order of the log's one-hot vector. */
public enum DrivingCommand {
  /** Turn or keep left. */
  LEFT,
  /** Go straight. */
  STRAIGHT,
  /** Turn or keep right. */
  RIGHT,
  /** No hint. */
  UNKNOWN
}
