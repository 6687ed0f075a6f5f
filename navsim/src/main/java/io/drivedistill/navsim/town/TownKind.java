package io.drivedistill.navsim.town;

/** Layouts of towns. */
public enum TownKind {
  /** Blocks of streets with crossings, most of them with lights. */
  GRID,
  /** Narrow winding roads with a crossing and T junctions. */
  WINDING,
  /** A roundabout in the middle of a ring of streets. */
  ROUNDABOUT,
  /** A dual carriageway with an exit and an entry ramp beside a local road. */
  RAMP
}
