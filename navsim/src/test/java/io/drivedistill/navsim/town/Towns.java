package io.drivedistill.navsim.town;

import io.drivedistill.navsim.map.MapLocation;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.Polygon;

/** Towns and geometry for tests. */
final class Towns {
  private static final GeometryFactory GEOMETRIES = new GeometryFactory();

  private Towns() {}

  static Town of(TownKind kind, long seed) {
    return new TownPlan("test", kind, MapLocation.BOSTON, 0, seed).build();
  }

  static Town withoutScenery(Town town) {
    return new Town(
        town.name(),
        town.kind(),
        town.location(),
        town.originEastM(),
        town.originNorthM(),
        town.seed(),
        town.network(),
        new Scenery(List.of(), List.of(), List.of(), List.of(), List.of(), List.of()));
  }

  static Polygon polygon(double[][] ring) {
    Coordinate[] coordinates = new Coordinate[ring.length];
    for (int i = 0; i < ring.length; i++) {
      coordinates[i] = new Coordinate(ring[i][0], ring[i][1]);
    }
    return GEOMETRIES.createPolygon(coordinates);
  }

  static Polygon box(double x, double y, double headingRad, double length, double width) {
    double c = Math.cos(headingRad);
    double s = Math.sin(headingRad);
    double[][] ring = new double[5][];
    double[][] signs = {{1, 1}, {-1, 1}, {-1, -1}, {1, -1}, {1, 1}};
    for (int k = 0; k < 5; k++) {
      double a = signs[k][0] * length / 2;
      double b = signs[k][1] * width / 2;
      ring[k] = new double[] {x + a * c - b * s, y + a * s + b * c};
    }
    return polygon(ring);
  }
}
