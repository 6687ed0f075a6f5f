package io.drivedistill.navsim.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.SharedFiles;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Coordinate;

class UtmProjectionTest {
  /** Longitude, latitude, east, north as PROJ gives them, one pair per NAVSIM location. */
  private static final double[][] PROJ = {
    {32611, -115.17200178797881, 36.09771975204401, 664558.2499999997, 3996334.0000000005},
    {32619, -71.04358129362558, 42.34977071678061, 331682.08961731475, 4690634.626631881},
    {32617, -79.96558179995725, 40.42638405632469, 587746.7491877136, 4475597.103549995},
    {32648, 103.78242066288676, 1.2993502490483522, 364538.25500029593, 143650.13219694726},
  };

  @Test
  void agreesWithProjWithinNanometres() {
    for (double[] pair : PROJ) {
      Coordinate point = UtmProjection.ofEpsg((int) pair[0]).forward(pair[1], pair[2]);
      assertThat(point.x).isCloseTo(pair[3], within(3e-9));
      assertThat(point.y).isCloseTo(pair[4], within(3e-9));
    }
  }

  @Test
  void agreesWithEveryReferencePair() throws IOException {
    JsonNode maps =
        new ObjectMapper().readTree(SharedFiles.oracle().resolve("maps_official.json").toFile());
    for (JsonNode map : maps) {
      UtmProjection projection = UtmProjection.ofEpsg(map.get("epsg").asInt());
      for (JsonNode pair : map.get("projection")) {
        Coordinate point = projection.forward(pair.get(0).asDouble(), pair.get(1).asDouble());
        assertThat(point.x).isCloseTo(pair.get(2).asDouble(), within(3e-9));
        assertThat(point.y).isCloseTo(pair.get(3).asDouble(), within(3e-9));
      }
    }
  }

  @Test
  void inverseUndoesForward() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 1000; i++) {
      int zone = 1 + random.nextInt(60);
      boolean south = random.nextBoolean();
      UtmProjection projection = UtmProjection.ofEpsg((south ? 32700 : 32600) + zone);
      double longitude = zone * 6 - 183 + random.nextDouble(-3, 3);
      double latitude = (south ? -1 : 1) * random.nextDouble(0, 80);
      Coordinate point = projection.forward(longitude, latitude);
      Coordinate back = projection.inverse(point.x, point.y);
      assertThat(back.x).as("seed 7, trial %d", i).isCloseTo(longitude, within(1e-12));
      assertThat(back.y).as("seed 7, trial %d", i).isCloseTo(latitude, within(1e-12));
    }
  }

  @Test
  void refusesOtherCoordinateSystems() {
    assertThatThrownBy(() -> UtmProjection.ofEpsg(4326))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("4326")
        .hasMessageContaining("Maybe");
  }
}
