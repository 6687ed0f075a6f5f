package io.drivedistill.navsim.town;

import java.util.ArrayList;
import java.util.List;

/** Lanes side by side in one direction, or the connectors between two such groups. */
final class Roadblock {
  final int id;
  final List<Lane> lanes = new ArrayList<>();

  /** Null for a group of lanes. */
  final Junction junction;

  /** Group that connectors leave; null for a group of lanes. */
  final Roadblock from;

  /** Group that connectors enter; null for a group of lanes. */
  final Roadblock to;

  /** Road that lanes lie on; null for connectors. */
  final Road road;

  double[][] polygon;

  private Roadblock(int id, Junction junction, Roadblock from, Roadblock to, Road road) {
    this.id = id;
    this.junction = junction;
    this.from = from;
    this.to = to;
    this.road = road;
  }

  static Roadblock ofLanes(int id, Road road) {
    return new Roadblock(id, null, null, null, road);
  }

  static Roadblock ofConnectors(int id, Junction junction, Roadblock from, Roadblock to) {
    return new Roadblock(id, junction, from, to, null);
  }
}
