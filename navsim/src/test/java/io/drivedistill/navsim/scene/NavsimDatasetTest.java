package io.drivedistill.navsim.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.SharedFiles;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.LogReader;
import io.drivedistill.navsim.log.ObjectType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NavsimDatasetTest {
  private static final String LOG = "2021.08.18.14.56.00_veh-46_a17";
  private final Path root = SharedFiles.bundledOracle();

  @Test
  void readsEveryFieldOfAFrame() {
    List<Frame> frames = LogReader.read(root.resolve("navsim_logs/dev/" + LOG + ".pkl"));
    assertThat(frames).hasSize(11);
    Frame frame = frames.get(3);
    assertThat(frame.token()).isEqualTo("df08c0d50686754e");
    assertThat(frame.frameIndex()).isEqualTo(3);
    assertThat(frame.timestampUs()).isEqualTo(1628913333537948L);
    assertThat(frame.logToken()).isEqualTo("ef0d8cd62bba56ba");
    assertThat(frame.sceneName()).isEqualTo("log-0116-scene-0001");
    assertThat(frame.mapLocation()).isEqualTo("us-nv-las-vegas-strip");
    assertThat(frame.roadblockIds()).containsExactly("22041", "87512", "87220", "69903", "24723");
    assertThat(frame.ego().velocityXMps()).isEqualTo(9.499999997206032);
    assertThat(frame.ego().orientationInMap().w()).isCloseTo(0.999906419, within(1e-9));
    assertThat(frame.translationLidarInEgoM().z()).isEqualTo(1.85);
    assertThat(frame.trafficLights().get(0).laneConnectorId()).isEqualTo(11287);
    assertThat(frame.cameras()).hasSize(8);
    assertThat(frame.camera(CameraName.CAM_L0).orElseThrow().rotationCameraToLidar().get(1, 2))
        .isCloseTo(0.81915204, within(1e-8));
    assertThat(frame.cameras().get(0).distortion().k3()).isEqualTo(-0.05231);
    assertThat(frame.annotations().orElseThrow()).hasSize(15);
    assertThat(frame.annotations().orElseThrow().get(3).type())
        .isEqualTo(ObjectType.GENERIC_OBJECT);
    assertThat(frame.nextToken()).contains("8e737cbe6dbba06f");
  }

  @Test
  void windowsFollowTheFilter() {
    NavsimDataset dataset = NavsimDataset.open(root, "dev");
    SceneFilter every4 = SceneFilter.standard().withFrameInterval(4);
    List<Scene> scenes = dataset.scenes(every4).toList();
    assertThat(scenes).hasSize(6); // three logs of 18 frames, one too short
    assertThat(scenes.get(0).token()).isEqualTo("5bb789b3b2dbc96a");
    assertThat(scenes.get(1).firstFrame()).isEqualTo(4);
    assertThat(dataset.scenes(SceneFilter.standard())).hasSize(3);
    assertThat(dataset.scenes(every4.withMaxScenes(2))).hasSize(2);
    assertThat(dataset.scenes(every4.withTokens(Set.of("d3b52bead21be0c2")))).hasSize(1);
  }

  @Test
  void humanAndConstantVelocityAreThoseOfTheOfficialCode() throws IOException {
    NavsimDataset dataset = NavsimDataset.open(root, "dev");
    SceneFilter every4 = SceneFilter.standard().withFrameInterval(4);
    for (Scene scene : dataset.scenes(every4).toList()) {
      JsonNode expected =
          new ObjectMapper()
              .readTree(root.resolve("expected/" + scene.token() + ".json").toFile())
              .get("trajectories");
      assertPoses(scene.humanTrajectory(), expected.get("human"), 1e-9);
      assertPoses(scene.constantVelocityTrajectory(), expected.get("constant_velocity"), 0);
    }
  }

  private static void assertPoses(Trajectory trajectory, JsonNode expected, double tolerance) {
    for (int i = 0; i < trajectory.poses().size(); i++) {
      JsonNode pose = expected.get("poses").get(i);
      double[] found = trajectory.toArray()[i];
      for (int k = 0; k < 3; k++) {
        assertThat(found[k]).isCloseTo(pose.get(k).asDouble(), within(tolerance));
      }
    }
  }

  @Test
  void truncatedAndMissingLogsAreNamed(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(root.resolve("navsim_logs/dev/" + LOG + ".pkl"));
    Path log = folder.resolve("navsim_logs/mini/cut.pkl");
    Files.createDirectories(log.getParent());
    Files.write(log, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> LogReader.read(log))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("cut.pkl")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> NavsimDataset.open(folder, "test"))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("'test'")
        .hasMessageContaining("mini");
    NavsimDataset mini = NavsimDataset.open(folder, "mini");
    assertThatThrownBy(() -> mini.map("us-ma-boston"))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("nuplan-maps-v1.0.json");
  }

  @Test
  void readsOfficialFilterFiles(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("navtest.yaml");
    Files.writeString(
        file,
        """
        _target_: navsim.common.dataclasses.SceneFilter
        _convert_: 'all'
        num_history_frames: 4
        num_future_frames: 10
        frame_interval: 1
        has_route: true
        max_scenes: null
        log_names:
          - '2021.05.25.14.16.10_veh-35_01690_02183'
        tokens:
          - '0000d4b5d4c95a0f'
          - '1234567890123456'
        """);
    SceneFilter filter = SceneFilter.read(file);
    assertThat(filter.interval()).isEqualTo(1);
    assertThat(filter.frames()).isEqualTo(14);
    assertThat(filter.tokens()).contains(Set.of("0000d4b5d4c95a0f", "1234567890123456"));
    assertThat(filter.maxScenes()).isEmpty();
    Files.writeString(
        file,
        """
        num_future_frames: 8
        include_synthetic_scenes: true
        tokens: ['4a919f7ea2f65200']
        synthetic_scene_tokens: ['5421fa2f2e2b4cb13']
        reactive_synthetic_initial_tokens: ['5421fa2f2e2b4cb13']
        """);
    assertThat(SceneFilter.read(file).tokens()).contains(Set.of("4a919f7ea2f65200"));
    Files.writeString(file, "num_histroy_frames: 4\n");
    assertThatThrownBy(() -> SceneFilter.read(file))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("num_histroy_frames");
  }
}
