package io.drivedistill.navsim.log;

import java.util.List;

/** The navigation hint of a frame, in the order of the log's one-hot vector. */
public enum DrivingCommand {
  /** Turn or keep left. */
  LEFT,
  /** Go straight. */
  STRAIGHT,
  /** Turn or keep right. */
  RIGHT,
  /** No hint. */
  UNKNOWN;

  /** The commands as the log's one-hot vector counts them. */
  public static final List<DrivingCommand> LOG_ORDER = List.of(LEFT, STRAIGHT, RIGHT, UNKNOWN);
}
