package io.drivedistill.navsim.town;

import io.drivedistill.navsim.map.MapLocation;

/**
 * A town: its roads and where it lies in the world.
 *
 * @param name unique among the towns of a data set
 * @param kind layout
 * @param location map that the town is part of
 * @param originEastM UTM east of the town's origin
 * @param originNorthM UTM north of the town's origin
 * @param seed seed of everything that is random in the town
 * @param network roads and junctions
 * @param scenery what stands and lies beside the roads
 */
record Town(
    String name,
    TownKind kind,
    MapLocation location,
    double originEastM,
    double originNorthM,
    long seed,
    RoadNetwork network,
    Scenery scenery) {}
