package io.drivedistill.navsim.town;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.navsim.town.Snapshot.Body;
import io.drivedistill.navsim.town.Snapshot.EgoState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.operation.union.UnaryUnionOp;

class DriveTest {
  private static final int FRAMES = 40;

  @ParameterizedTest
  @EnumSource(TownKind.class)
  void theExpertKeepsItsDistanceAndStaysOnTheRoad(TownKind kind) {
    Town town = Towns.of(kind, 12);
    Geometry road = drivable(town);
    for (long seed = 1; seed <= 3; seed++) {
      List<Snapshot> drive = Drive.of(town, FRAMES, seed);
      assertThat(drive).hasSize(FRAMES);
      for (Snapshot moment : drive) {
        EgoState ego = moment.ego();
        Polygon footprint =
            Towns.box(
                ego.x() + 1.461 * Math.cos(ego.headingRad()),
                ego.y() + 1.461 * Math.sin(ego.headingRad()),
                ego.headingRad(),
                5.176,
                2.297);
        assertThat(road.contains(footprint)).as("on the road, seed %d", seed).isTrue();
        for (Body body : moment.bodies()) {
          Polygon other =
              Towns.box(body.x(), body.y(), body.headingRad(), body.lengthM(), body.widthM());
          assertThat(footprint.distance(other)).as("gap to %s, seed %d", body, seed).isPositive();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TownKind.class)
  void theExpertDrivesSmoothly(TownKind kind) {
    List<Snapshot> drive = Drive.of(Towns.of(kind, 5), FRAMES, 9);
    for (int k = 0; k < drive.size(); k++) {
      EgoState ego = drive.get(k).ego();
      assertThat(ego.accelerationMps2()).isBetween(-4.0, 1.61);
      assertThat(Math.abs(ego.speedMps() * ego.yawRateRadps())).isLessThan(3.0);
      if (k > 0) {
        EgoState before = drive.get(k - 1).ego();
        double moved = Math.hypot(ego.x() - before.x(), ego.y() - before.y());
        double expected = 0.25 * (ego.speedMps() + before.speedMps());
        assertThat(moved).isBetween(expected - 0.25, expected + 0.25);
      }
    }
  }

  private static Geometry drivable(Town town) {
    List<Geometry> areas = new ArrayList<>();
    town.network().laneBlocks.forEach(block -> areas.add(Towns.polygon(block.polygon)));
    town.network().junctions.forEach(junction -> areas.add(Towns.polygon(junction.polygon)));
    return UnaryUnionOp.union(areas);
  }
}
