package io.drivedistill.navsim.town;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoadNetworkTest {
  @ParameterizedTest
  @EnumSource(TownKind.class)
  void lanesAreConnectedAndAreasAreValid(TownKind kind) {
    for (long seed = 1; seed <= 6; seed++) {
      RoadNetwork network = Towns.of(kind, seed).network();
      for (Lane lane : network.lanes) {
        assertThat(lane.next).as("exits of %s, seed %d", lane, seed).isNotEmpty();
        assertThat(Towns.polygon(lane.polygon).isValid()).isTrue();
      }
      for (Roadblock block : network.laneBlocks) {
        assertThat(Towns.polygon(block.polygon).isValid()).isTrue();
      }
      for (Junction junction : network.junctions) {
        assertThat(Towns.polygon(junction.polygon).isValid())
            .as("junction %d of seed %d", junction.id, seed)
            .isTrue();
        for (Lane connector : junction.connectors) {
          assertJoins(connector.previous.get(0).baseline, connector.baseline);
          assertJoins(connector.baseline, connector.next.get(0).baseline);
        }
      }
    }
  }

  private static void assertJoins(Polyline before, Polyline after) {
    int last = before.size() - 1;
    assertThat(after.x(0)).isCloseTo(before.x(last), within(1e-9));
    assertThat(after.y(0)).isCloseTo(before.y(last), within(1e-9));
    assertThat(Math.abs(Angles.wrap(after.firstHeading() - before.lastHeading()))).isLessThan(0.12);
  }

  @ParameterizedTest
  @EnumSource(TownKind.class)
  void lightsNeverOpenCrossingRoadsTogether(TownKind kind) {
    for (Junction junction : Towns.of(kind, 3).network().junctions) {
      for (double timeS = 0; junction.lights && timeS < 100; timeS += 0.25) {
        boolean first = junction.light(0, timeS) == Junction.Light.RED;
        boolean second = junction.light(1, timeS) == Junction.Light.RED;
        assertThat(first || second).isTrue();
      }
    }
  }
}
