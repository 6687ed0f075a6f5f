package io.drivedistill.navsim.town;

import io.drivedistill.navsim.map.MapLocation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A town before it is built.
 *
 * @param name unique in the data set
 * @param kind layout
 * @param location map
 * @param slot place within the map; places are far apart
 * @param seed seed of the town
 */
record TownPlan(String name, TownKind kind, MapLocation location, int slot, long seed) {
  private static final int SLOTS_PER_ROW = 16;
  private static final double SLOT_M = 1200;

  /** Ids that a town may use. */
  private static final int IDS_PER_SLOT = 40_000;

  private static final int FIRST_ID = 10_000;

  /** Right-hand traffic only; Singapore drives on the left. */
  private static final List<MapLocation> DRIVEN =
      List.of(MapLocation.LAS_VEGAS, MapLocation.BOSTON, MapLocation.PITTSBURGH);

  /** The towns of a split, in places that {@code taken} leaves free. */
  static List<TownPlan> of(SynthSpec spec, List<TownPlan> taken) {
    Map<MapLocation, Integer> next = new EnumMap<>(MapLocation.class);
    for (TownPlan plan : taken) {
      next.merge(plan.location(), plan.slot() + 1, Math::max);
    }
    List<TownPlan> plans = new ArrayList<>();
    for (int k = 0; k < spec.towns(); k++) {
      MapLocation location = DRIVEN.get(k % DRIVEN.size());
      int slot = next.merge(location, 1, Integer::sum) - 1;
      plans.add(
          new TownPlan(
              spec.split() + "-" + k,
              spec.townKinds().get(k % spec.townKinds().size()),
              location,
              slot,
              Seeds.of(spec.seed(), "town of " + spec.split(), k)));
    }
    return plans;
  }

  /** A town without logs, so that the fourth map is not empty. */
  static TownPlan ofSingapore() {
    return new TownPlan("anchor", TownKind.WINDING, MapLocation.SINGAPORE, 0, 1);
  }

  /** First feature id of the town. */
  int firstId() {
    return FIRST_ID + slot * IDS_PER_SLOT;
  }

  Town build() {
    double[] corner =
        switch (location) {
          case LAS_VEGAS -> new double[] {660_000, 3_990_000};
          case BOSTON -> new double[] {325_000, 4_680_000};
          case PITTSBURGH -> new double[] {580_000, 4_470_000};
          case SINGAPORE -> new double[] {360_000, 140_000};
        };
    return TownBuilder.build(
        name,
        kind,
        location,
        corner[0] + slot % SLOTS_PER_ROW * SLOT_M,
        corner[1] + Math.floorDiv(slot, SLOTS_PER_ROW) * SLOT_M,
        firstId(),
        seed);
  }
}
