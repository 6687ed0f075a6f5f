package io.drivedistill.navsim.town;

import io.drivedistill.navsim.map.MapLocation;
import java.util.SplittableRandom;

/** Builds a town from its kind and seed. */
final class TownBuilder {
  private TownBuilder() {}

  /**
   * @param name unique name
   * @param kind layout
   * @param location map that the town lies in
   * @param originEastM UTM east of its origin
   * @param originNorthM UTM north of its origin
   * @param firstId first feature id
   * @param seed everything random follows from it
   */
  static Town build(
      String name,
      TownKind kind,
      MapLocation location,
      double originEastM,
      double originNorthM,
      int firstId,
      long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RoadNetwork network = new RoadNetwork(firstId);
    if (kind == TownKind.RAMP) {
      RampLayout.build(random.split(), network);
    } else {
      GridLayout.build(GridLayout.Style.of(kind, random), random.split(), network);
    }
    Scenery scenery = SceneryBuilder.build(network, random.split());
    return new Town(name, kind, location, originEastM, originNorthM, seed, network, scenery);
  }
}
