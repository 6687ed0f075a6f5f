package io.drivedistill.navsim.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.log.AnnotatedBox;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.ObjectType;
import io.drivedistill.navsim.map.Lane;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.map.Roadblock;
import io.drivedistill.navsim.scene.NavsimDataset;
import io.drivedistill.navsim.scene.Scene;
import io.drivedistill.navsim.scene.SceneFilter;
import io.drivedistill.navsim.score.MetricCacheBuilder;
import io.drivedistill.navsim.score.PdmScore;
import io.drivedistill.navsim.score.PdmScorer;
import io.drivedistill.navsim.sensor.PointCloud;
import io.drivedistill.navsim.sensor.PointCloud.Field;
import io.drivedistill.navsim.sensor.PointCloudReader;
import io.drivedistill.navsim.submission.TrajectoryLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArgoverseImportTest {
  @TempDir Path folder;
  private Path source;
  private Path log;
  private Path out;

  @BeforeEach
  void writeSource() throws IOException {
    source = folder.resolve("source");
    out = folder.resolve("out");
    log = TinyArgoverse.write(source);
  }

  private List<String> write() {
    return DatasetImport.write(ImportSource.AV2, source, out, "real", Progress.silent());
  }

  private static SceneFilter everyWindow() {
    return SceneFilter.standard().withFrameInterval(1);
  }

  @Test
  void aDriveBecomesALogWithRouteAndMovingObjects() {
    assertThat(write()).containsExactly(TinyArgoverse.LOG);
    NavsimDataset data = NavsimDataset.open(out, "real");
    List<Scene> scenes = data.scenes(everyWindow()).toList();
    assertThat(scenes).hasSize(31 - 13);
    Frame frame = scenes.get(0).current();
    assertThat(frame.ego().velocityXMps()).isCloseTo(TinyArgoverse.SPEED_MPS, within(1e-3));
    assertThat(frame.ego().accelerationXMps2()).isCloseTo(0, within(1e-2));
    assertThat(frame.timestampUs() - scenes.get(0).frames().get(0).timestampUs())
        .isEqualTo(1_500_000);

    // The ego's own box and the sign over the road are left out.
    List<AnnotatedBox> boxes = frame.annotations().orElseThrow();
    assertThat(boxes).hasSize(2);
    assertThat(boxes.get(0).type()).isEqualTo(ObjectType.VEHICLE);
    assertThat(boxes.get(0).centerInEgoM().x()).isCloseTo(20, within(1e-6));
    assertThat(boxes.get(0).velocityInEgoMps().x()).isCloseTo(10, within(1e-3));
    assertThat(boxes.get(1).velocityInEgoMps().x()).isCloseTo(0, within(1e-3));

    RoadMap map = data.map(frame.mapLocation());
    List<Roadblock> route = frame.roadblockIds().stream().map(map::block).toList();
    assertThat(route).doesNotContainNull();
    assertThat(route.get(0).connector()).isFalse();
    assertThat(route.get(0).lanes()).hasSize(2);
    for (int i = 1; i < route.size(); i++) {
      assertThat(route.get(i).incomingIds()).contains(route.get(i - 1).id());
    }
    // Over the junction, and over the joint of two lanes that follow each other directly.
    assertThat(route).hasSize(5);
  }

  @Test
  void roadsBecomeLanesConnectorsAndAnIntersection() {
    write();
    RoadMap map = NavsimDataset.open(out, "real").map("us-pa-pittsburgh-hazelwood");
    // Six lanes of three segments less the two in the junction, one to the south; no bicycle lane.
    assertThat(map.lanes().all()).hasSize(6);
    assertThat(map.laneConnectors().all()).hasSize(4);
    assertThat(map.roadblocks().all()).hasSize(4);
    assertThat(map.intersections().all()).hasSize(1);
    assertThat(map.crosswalks().all()).hasSize(1);
    assertThat(map.carparks().all()).isNotEmpty();
    for (Lane connector : map.laneConnectors().all()) {
      Lane from = map.lanes().find(connector.incomingIds().get(0));
      Lane to = map.lanes().find(connector.outgoingIds().get(0));
      int end = from.baseline().size() - 1;
      assertThat(connector.baseline().distance(0, from.baseline().x(end), from.baseline().y(end)))
          .isLessThan(0.2);
      int last = connector.baseline().size() - 1;
      assertThat(connector.baseline().distance(last, to.baseline().x(0), to.baseline().y(0)))
          .isLessThan(0.2);
    }
  }

  @Test
  void theHumanStaysOnTheRoadAndHitsNothing() {
    write();
    NavsimDataset data = NavsimDataset.open(out, "real");
    List<Scene> scenes = data.scenes(everyWindow()).toList();
    for (Scene scene : scenes) {
      PdmScore score =
          PdmScorer.score(
              MetricCacheBuilder.build(scene, data.map(scene.mapLocation())),
              scene.humanTrajectory());
      assertThat(score.values().subList(0, 2)).as(scene.token()).containsExactly(1.0, 1.0);
    }
    assertThat(TrajectoryLines.read(DatasetImport.humanFile(out, "real"))).hasSize(scenes.size());
  }

  @Test
  void equalRecordingsGiveEqualBytesAndAnInterruptedImportIsRepeated() throws IOException {
    write();
    Path map = out.resolve("maps/us-pa-pittsburgh-hazelwood/9.17.1937/map.gpkg");
    Path pickle = out.resolve("navsim_logs/real/" + TinyArgoverse.LOG + ".pkl");
    byte[] mapBefore = Files.readAllBytes(map);
    byte[] logBefore = Files.readAllBytes(pickle);
    Files.delete(pickle);
    write();
    assertThat(Files.readAllBytes(map)).isEqualTo(mapBefore);
    assertThat(Files.readAllBytes(pickle)).isEqualTo(logBefore);
  }

  @Test
  void picturesAndSweepsComeAlong() throws IOException {
    Path lidar = Files.createDirectories(log.resolve("sensors/lidar"));
    FeatherWriter.write(
        lidar.resolve("315966253020000000.feather"),
        true,
        List.of(
            new FeatherWriter.Halves("x", List.of(1.0, 2.5)),
            new FeatherWriter.Halves("y", List.of(-3.0, 0.5)),
            new FeatherWriter.Halves("z", List.of(0.25, -1.0)),
            new FeatherWriter.Bytes("intensity", List.of(7, 200)),
            new FeatherWriter.Bytes("laser_number", List.of(3, 40))));
    Path camera = Files.createDirectories(log.resolve("sensors/cameras/ring_front_center"));
    Files.write(camera.resolve("315966253010000000.jpg"), new byte[] {1, 2, 3});
    Path calibration = Files.createDirectories(log.resolve("calibration"));
    Files.writeString(
        calibration.resolve("intrinsics.csv"),
        """
        sensor_name,fx_px,fy_px,cx_px,cy_px,k1,k2,k3,height_px,width_px
        ring_front_center,1776,1775,777,1013,-0.24,-0.21,0.32,2048,1550
        """);
    Files.writeString(
        calibration.resolve("egovehicle_SE3_sensor.csv"),
        """
        sensor_name,qw,qx,qy,qz,tx_m,ty_m,tz_m
        ring_front_center,0.5,-0.5,0.5,-0.5,1.63,0,1.4
        """);
    write();
    NavsimDataset data = NavsimDataset.open(out, "real");
    Frame first = data.scenes(everyWindow()).findFirst().orElseThrow().frames().get(0);
    var view = first.camera(CameraName.CAM_F0).orElseThrow();
    assertThat(Files.readAllBytes(data.imageFile(view))).containsExactly(1, 2, 3);
    assertThat(view.intrinsics().get(0, 2)).isEqualTo(777);
    // Forward of the camera is forward of the car.
    assertThat(view.rotationCameraToLidar().get(0, 2)).isCloseTo(1, within(1e-12));
    PointCloud cloud = PointCloudReader.read(data.lidarFile(first));
    assertThat(cloud.values(Field.X)).containsExactly(1, 2.5f);
    assertThat(cloud.values(Field.INTENSITY)).containsExactly(7, 200);
    assertThat(cloud.values(Field.LIDAR_INFO)).containsExactly(0, 1);
  }

  @Test
  void wrongSourcesAreNamed() throws IOException {
    assertThatThrownBy(
            () ->
                DatasetImport.write(
                    ImportSource.AV2, folder.resolve("no"), out, "real", Progress.silent()))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("Maybe");
    assertThatThrownBy(
            () ->
                DatasetImport.write(ImportSource.NUSCENES, source, out, "real", Progress.silent()))
        .hasMessageContaining("scene-*.json");
    Path annotations = log.resolve("annotations.csv");
    String whole = Files.readString(annotations);
    Files.writeString(annotations, whole.replace("BOX_TRUCK", "SPACESHIP"));
    assertThatThrownBy(this::write).hasMessageContaining("SPACESHIP").hasMessageContaining("row");
    Files.writeString(annotations, whole.replace("6.0,2.2", "6.0,wide"));
    assertThatThrownBy(this::write).hasMessageContaining("wide").hasMessageContaining("width_m");
    Files.writeString(annotations, whole.replace("track_uuid", "track"));
    assertThatThrownBy(this::write).hasMessageContaining("no column 'track_uuid'");
    Files.writeString(annotations, whole);
    write();
  }

  @Test
  void anotherDataSetIsNotOverwritten() throws IOException {
    Path map = Files.createDirectories(out.resolve("maps")).resolve("nuplan-maps-v1.0.json");
    Files.writeString(map, "{}");
    assertThatThrownBy(this::write).hasMessageContaining("another data set");
    assertThat(map).hasContent("{}");
  }
}
