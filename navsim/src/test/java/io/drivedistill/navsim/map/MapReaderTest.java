package io.drivedistill.navsim.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.scene.Pose2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapReaderTest {
  @Test
  void readsABundledMap() {
    DatasetLayout layout = new DatasetLayout(SharedFiles.bundledOracle());
    RoadMap map = MapReader.read("us-ma-boston", layout.mapFile("us-ma-boston"));
    Lane lane = map.lane("38997");
    assertThat(lane.roadblockId()).isEqualTo("27574");
    assertThat(lane.speedLimitMps()).hasValue(8.9);
    assertThat(lane.incomingIds()).containsExactly("15106", "16424");
    assertThat(lane.baseline().size()).isEqualTo(69);
    assertThat(lane.baseline().lengthM()).isCloseTo(136.52838532603946, within(1e-8));
    assertThat(lane.polygon().getArea()).isCloseTo(477.8493486349007, within(1e-6));
    assertThat(map.block("27574").lanes()).containsExactly(lane);
    assertThat(map.carparks().all()).hasSize(1);
  }

  @Test
  void everyMapIsThatOfTheOfficialReader() throws IOException {
    Path oracle = SharedFiles.oracle();
    JsonNode maps = new ObjectMapper().readTree(oracle.resolve("maps_official.json").toFile());
    DatasetLayout layout = new DatasetLayout(oracle);
    for (Map.Entry<String, JsonNode> entry : maps.properties()) {
      RoadMap map = MapReader.read(entry.getKey(), layout.mapFile(entry.getKey()));
      for (JsonNode expected : entry.getValue().get("blocks")) {
        Roadblock block = map.block(expected.get("id").asText());
        assertThat(block.connector())
            .isEqualTo(!expected.get("layer").asText().equals("ROADBLOCK"));
        assertThat(block.polygon().getArea())
            .isCloseTo(expected.get("area").asDouble(), within(1e-6));
        assertThat(block.incomingIds()).isEqualTo(texts(expected.get("incoming")));
        assertThat(block.outgoingIds()).isEqualTo(texts(expected.get("outgoing")));
        assertThat(block.lanes().stream().map(Lane::id).toList())
            .isEqualTo(texts(expected.get("interior")));
      }
      for (JsonNode expected : entry.getValue().get("lanes")) {
        assertLane(map.lane(expected.get("id").asText()), expected);
      }
      assertThat(map.intersections().all())
          .hasSize(entry.getValue().get("polygons").get("INTERSECTION").size());
    }
  }

  private static void assertLane(Lane lane, JsonNode expected) {
    assertThat(lane.roadblockId()).isEqualTo(expected.get("block").asText());
    JsonNode limit = expected.get("speed_limit");
    if (limit.isNull()) {
      assertThat(lane.speedLimitMps()).isEmpty();
    } else {
      assertThat(lane.speedLimitMps()).hasValue(limit.asDouble());
    }
    assertThat(lane.incomingIds()).isEqualTo(texts(expected.get("incoming")));
    assertThat(lane.outgoingIds()).isEqualTo(texts(expected.get("outgoing")));
    BaselinePath path = lane.baseline();
    assertThat(path.size()).isEqualTo(expected.get("points").asInt());
    assertThat(path.lengthM()).isCloseTo(expected.get("length").asDouble(), within(1e-7));
    JsonNode last = expected.get("last");
    int end = path.size() - 1;
    assertThat(path.x(end)).isCloseTo(last.get(0).asDouble(), within(3e-9));
    assertThat(path.y(end)).isCloseTo(last.get(1).asDouble(), within(3e-9));
    assertThat(Pose2.wrap(path.headingRad(end) - last.get(2).asDouble()))
        .isCloseTo(0, within(1e-8));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  @Test
  void damagedMapsAreNamed(@TempDir Path folder) throws IOException {
    DatasetLayout layout = new DatasetLayout(SharedFiles.bundledOracle());
    byte[] whole = Files.readAllBytes(layout.mapFile("us-ma-boston"));
    Path cut = folder.resolve("map.gpkg");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 3));
    assertThatThrownBy(() -> MapReader.read("us-ma-boston", cut))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining(cut.toString())
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> MapReader.read("us-ma-boston", folder.resolve("none.gpkg")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("none.gpkg");
  }
}
