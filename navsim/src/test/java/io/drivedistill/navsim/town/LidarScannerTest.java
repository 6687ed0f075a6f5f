package io.drivedistill.navsim.town;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.drivedistill.navsim.log.DrivingCommand;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.sensor.PointCloudWriter;
import io.drivedistill.navsim.town.Snapshot.Body;
import io.drivedistill.navsim.town.Snapshot.EgoState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;

class LidarScannerTest {
  private static final GeometryFactory GEOMETRIES = new GeometryFactory();

  @Test
  void raysEndOnTheGroundOrOnTheBox() {
    Town town = Towns.withoutScenery(Towns.of(TownKind.RAMP, 1));
    EgoState ego = new EgoState(10, -20, 2.1, 0, 0, 0);
    Body car =
        new Body(
            1,
            ObjectType.VEHICLE,
            10 + 12 * Math.cos(2.4),
            -20 + 12 * Math.sin(2.4),
            0.7,
            4.6,
            1.9,
            1.6,
            0,
            0,
            false);
    Snapshot moment = new Snapshot(0, ego, List.of(car), List.of(), DrivingCommand.STRAIGHT);
    LidarScanner scanner = new LidarScanner(16000);
    int count = scanner.scan(moment, town, 3);
    Geometry footprint =
        Towns.box(12 * Math.cos(0.3), 12 * Math.sin(0.3), 0.7 - 2.1, 4.6, 1.9).buffer(0.05);
    int onCar = 0;
    for (int k = 0; k < count; k++) {
      int at = k * PointCloudWriter.FIELDS;
      double z = scanner.points()[at + 2];
      if (z > 0.05) {
        onCar++;
        assertThat(z).isLessThan(1.65);
        assertThat(
                footprint.contains(
                    GEOMETRIES.createPoint(
                        new Coordinate(scanner.points()[at], scanner.points()[at + 1]))))
            .isTrue();
      } else {
        assertThat(z).isCloseTo(0, within(0.06));
      }
    }
    assertThat(onCar).isGreaterThan(60);
    assertThat(count).isGreaterThan(7000);
  }
}
