package io.drivedistill.navsim.log;

import java.util.Locale;

/**
 * Types of annotated objects. The order is the one in which objects of a frame are sorted
 * (SPEC-pdms section 7).
 */
public enum ObjectType {
  /** Car, truck, bus. */
  VEHICLE(true),
  /** Person on foot. */
  PEDESTRIAN(true),
  /** Two-wheeler with rider. */
  BICYCLE(true),
  /** Cone. */
  TRAFFIC_CONE(false),
  /** Barrier. */
  BARRIER(false),
  /** Construction zone sign. */
  CZONE_SIGN(false),
  /** Anything else that stands. */
  GENERIC_OBJECT(false),
  /** The recording vehicle; known to the type table, never annotated. */
  EGO(true);

  private final boolean agent;

  ObjectType(boolean agent) {
    this.agent = agent;
  }

  /** Whether objects of this type move; static objects carry no velocity. */
  public boolean isAgent() {
    return agent;
  }

  /** The name in the log, as {@code traffic_cone}. */
  public String logName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
