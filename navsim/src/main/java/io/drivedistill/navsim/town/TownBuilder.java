package io.drivedistill.navsim.town;

import io.drivedistill.navsim.map.MapLocation;
import java.util.SplittableRandom;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.GeometryFactory;

/** Builds a town from its kind and seed. */
final class TownBuilder {
  private static final int MOST_ATTEMPTS = 100;

  /** Lanes that must be driven slower than this outside junctions are too tight. */
  private static final double SLOWEST_CURVE_MPS = 4.5;

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
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      SplittableRandom random = new SplittableRandom(Seeds.of(seed, "layout", attempt));
      RoadNetwork network = new RoadNetwork(firstId);
      if (kind == TownKind.RAMP) {
        RampLayout.build(random.split(), network);
      } else {
        GridLayout.build(GridLayout.Style.of(kind, random), random.split(), network);
      }
      if (isSound(network)) {
        Scenery scenery = SceneryBuilder.build(network, random.split());
        return new Town(name, kind, location, originEastM, originNorthM, seed, network, scenery);
      }
    }
    throw new IllegalStateException("No sound " + kind + " town found for seed " + seed);
  }

  /** Whether no area folds over itself, as wide roads do in curves that came out too tight. */
  private static boolean isSound(RoadNetwork network) {
    for (Roadblock block : network.laneBlocks) {
      if (!isValid(block.polygon)) {
        return false;
      }
    }
    for (Lane lane : network.lanes) {
      if (!isValid(lane.polygon) || lane.slowestCurveMps() < SLOWEST_CURVE_MPS) {
        return false;
      }
    }
    for (Junction junction : network.junctions) {
      if (!isValid(junction.polygon)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isValid(double[][] ring) {
    Coordinate[] corners = new Coordinate[ring.length];
    for (int i = 0; i < ring.length; i++) {
      corners[i] = new Coordinate(ring[i][0], ring[i][1]);
    }
    return new GeometryFactory().createPolygon(corners).isValid();
  }
}
