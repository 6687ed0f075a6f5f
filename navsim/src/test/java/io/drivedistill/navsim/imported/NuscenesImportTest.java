package io.drivedistill.navsim.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.map.Roadblock;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.navsim.score.PdmScore;
import io.drivedistill.navsim.score.PdmScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A made-up scene: two lanes northward, a connector to one lane, 8 m/s, a pedestrian beside. */
final class NuscenesImportTest {
  private static final int STEPS = 101;

  @TempDir Path folder;
  private Path file;
  private Path out;

  @BeforeEach
  void writeScene() throws IOException {
    file = Files.createDirectories(folder.resolve("source")).resolve("scene-0001.json");
    out = folder.resolve("out");
    Files.writeString(file, scene());
  }

  private static String scene() {
    StringBuilder xyz = new StringBuilder();
    for (int k = 0; k < STEPS; k++) {
      xyz.append(k == 0 ? "" : ",").append("[500,").append(100 + 0.8 * k).append(",0]");
    }
    String ego =
        track("ego", true, "VEHICLE", xyz.toString(), "1.5707963267948966", "[0,8]", "[4,1.7,1.5]");
    String walker =
        track(
            "walker", false, "PEDESTRIAN", repeat("[508,150,1]"), "0", "[1,0.5]", "[0.7,0.7,1.8]");
    String thing =
        track("thing", false, "UNHEARD_OF", repeat("[490,150,1]"), "0", "[0,0]", "[1,1,1]");
    return "{\"id\": \"scene-0001\", \"map\": \"boston-seaport\", \"dt\": 0.1, \"steps\": "
        + STEPS
        + ", \"tracks\": ["
        + String.join(",", ego, walker, thing)
        + "], \"map_features\": ["
        + String.join(
            ",",
            lane("left", 500, 90, 150, true),
            lane("right", 503.5, 90, 150, true),
            lane("over", 500, 150, 160, false),
            lane("on", 500, 160, 400, true),
            boundary(0, 498, 80, 506, 410),
            boundary(1, 498.5, 300, 498.9, 310))
        + "]}";
  }

  private static String repeat(String value) {
    return value + ("," + value).repeat(STEPS - 1);
  }

  private static String track(
      String id,
      boolean ego,
      String type,
      String xyz,
      String heading,
      String velocity,
      String size) {
    return "{\"id\": \""
        + id
        + "\", \"ego\": "
        + ego
        + ", \"type\": \""
        + type
        + "\", \"start\": 0, \"valid\": ["
        + repeat("1")
        + "], \"xyz\": ["
        + xyz
        + "], \"heading\": ["
        + repeat(heading)
        + "], \"vel\": ["
        + repeat(velocity)
        + "], \"lwh\": "
        + size
        + "}";
  }

  private static String lane(String id, double x, double from, double to, boolean outline) {
    StringBuilder line = new StringBuilder();
    for (double y = from; y <= to; y += 2) {
      line.append(y == from ? "" : ",").append("[" + x + "," + y + ",1.57]");
    }
    String ring = outline ? ring(x - 1.75, from, x + 1.75, to) : "null";
    return "{\"id\": \""
        + id
        + "\", \"type\": \"LANE_SURFACE_STREET\", \"polyline\": ["
        + line
        + "], \"polygon\": "
        + ring
        + "}";
  }

  private static String boundary(int index, double x1, double y1, double x2, double y2) {
    return "{\"id\": \"boundary_"
        + index
        + "\", \"type\": \"ROAD_LINE_SOLID_SINGLE_WHITE\", \"polygon\": null, \"polyline\": "
        + ring(x1, y1, x2, y2)
        + "}";
  }

  private static String ring(double x1, double y1, double x2, double y2) {
    return "[["
        + (x1 + "," + y1 + "],[" + x1 + "," + y2 + "],[" + x2 + "," + y2)
        + ("],[" + x2 + "," + y1 + "],[" + x1 + "," + y1 + "]]");
  }

  private List<String> write() {
    return DatasetImport.write(
        ImportSource.NUSCENES, file.getParent(), out, "real", Progress.silent());
  }

  @Test
  void aSceneBecomesALogWithMapAndRoute() {
    assertThat(write()).containsExactly("scene-0001");
    NavsimDataset data = NavsimDataset.open(out, "real");
    List<Scene> scenes = data.scenes(SceneFilter.standard().withFrameInterval(1)).toList();
    assertThat(scenes).hasSize(21 - 13);
    Frame frame = scenes.get(0).current();
    assertThat(frame.mapLocation()).isEqualTo("us-ma-boston");
    assertThat(frame.ego().velocityXMps()).isCloseTo(8, within(1e-3));
    var boxes = frame.annotations().orElseThrow();
    assertThat(boxes)
        .extracting("type")
        .containsExactly(ObjectType.PEDESTRIAN, ObjectType.GENERIC_OBJECT);
    // Eastward in the map is rightward of a car that drives north.
    assertThat(boxes.get(0).velocityInEgoMps().y()).isCloseTo(-1, within(1e-6));
    assertThat(boxes.get(0).velocityInEgoMps().x()).isCloseTo(0.5, within(1e-6));

    RoadMap map = data.map("us-ma-boston");
    assertThat(map.lanes().all()).hasSize(3);
    assertThat(map.laneConnectors().all()).hasSize(1);
    assertThat(frame.roadblockIds()).hasSize(3);
    Roadblock first = map.block(frame.roadblockIds().get(0));
    assertThat(first.lanes()).as("lanes that share a side").hasSize(2);
    assertThat(map.intersections().all()).as("a single way crosses nothing").isEmpty();
    for (Scene scene : scenes) {
      PdmScore score =
          PdmScorer.score(MetricCacheBuilder.build(scene, map), scene.humanTrajectory());
      assertThat(score.values().subList(0, 2)).containsExactly(1.0, 1.0);
    }
  }

  @Test
  void aDriveEndsWhereItsPosesJumpBackwards() throws IOException {
    String whole = Files.readString(file);
    // The last but one step lies where the car was two steps before.
    String jump = whole.replace("[500," + (100 + 0.8 * 99) + ",0]", "[500,177.6,0]");
    assertThat(jump).isNotEqualTo(whole);
    Files.writeString(file, jump);
    write();
    NavsimDataset data = NavsimDataset.open(out, "real");
    assertThat(data.scenes(SceneFilter.standard().withFrameInterval(1)))
        .hasSize(20 - 13)
        .allSatisfy(
            scene ->
                assertThat(scene.future().get(9).ego().accelerationXMps2())
                    .isCloseTo(0, within(1e-2)));
  }

  @Test
  void wrongScenesAreNamed() throws IOException {
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.length() / 2));
    assertThatThrownBy(this::write)
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("scene-0001.json")
        .hasMessageContaining("Maybe");
    Files.writeString(file, whole.replace("\"ego\": true", "\"ego\": false"));
    assertThatThrownBy(this::write).hasMessageContaining("no track has 'ego': true");
    Files.writeString(file, whole.replace("\"dt\": 0.1", "\"dt\": 0.3"));
    assertThatThrownBy(this::write).hasMessageContaining("'dt' is 0.3");
    Files.writeString(file, whole.replace("\"heading\"", "\"yaw\""));
    assertThatThrownBy(this::write).hasMessageContaining("heading");
  }
}
