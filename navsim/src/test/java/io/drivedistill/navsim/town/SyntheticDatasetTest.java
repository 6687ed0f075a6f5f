package io.drivedistill.navsim.town;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.Progress;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.LogReader;
import io.drivedistill.navsim.map.MapLocation;
import io.drivedistill.navsim.map.MapReader;
import io.drivedistill.navsim.map.RoadMap;
import io.drivedistill.navsim.sensor.CameraImageReader;
import io.drivedistill.navsim.sensor.PointCloud;
import io.drivedistill.navsim.sensor.PointCloudReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticDatasetTest {
  private static final SynthSpec TRAIN =
      SynthSpec.of("trainval", 4, 7).withImages(96, 54).withTowns(4, 16).withLidar(3200);
  private static final SynthSpec TEST =
      SynthSpec.of("test", 1, 7).withImages(96, 54).withTowns(1, 15).withLidar(0);

  @TempDir static Path root;

  @BeforeAll
  static void write() {
    SyntheticDataset.write(List.of(TRAIN), root, 2, Progress.silent());
    SyntheticDataset.write(List.of(TEST), root, 1, Progress.silent());
  }

  @Test
  void theReadersOfRealDataReadEveryFile() {
    DatasetLayout layout = new DatasetLayout(root);
    for (Path file : layout.logFiles("trainval")) {
      List<Frame> frames = LogReader.read(file);
      assertThat(frames).hasSize(16);
      RoadMap map =
          MapReader.read(frames.get(0).mapLocation(), layout.mapFile(frames.get(0).mapLocation()));
      for (Frame frame : frames) {
        assertThat(frame.cameras()).hasSize(8);
        assertThat(frame.roadblockIds()).isNotEmpty();
        assertThat(frame.roadblockIds()).allSatisfy(id -> assertThat(map.block(id)).isNotNull());
        assertThat(frame.trafficLights())
            .allSatisfy(
                light -> assertThat(map.lane(String.valueOf(light.laneConnectorId()))).isNotNull());
        for (CameraName name : TRAIN.cameras()) {
          Path picture =
              layout.sensorFolder("trainval").resolve(frame.camera(name).orElseThrow().imagePath());
          assertThat(CameraImageReader.read(picture, 96, 54).getWidth()).isEqualTo(96);
        }
        PointCloud cloud =
            PointCloudReader.read(layout.sensorFolder("trainval").resolve(frame.lidarPath()));
        assertThat(cloud.size()).isBetween(1000, 3200);
      }
    }
  }

  @Test
  void allFourMapsAreThere() {
    DatasetLayout layout = new DatasetLayout(root);
    for (MapLocation location : MapLocation.values()) {
      assertThat(layout.mapFile(location.officialName())).isRegularFile();
    }
  }

  @Test
  void splitsShareNoTown() {
    DatasetLayout layout = new DatasetLayout(root);
    Frame test = LogReader.read(layout.logFiles("test").get(0)).get(0);
    for (Path file : layout.logFiles("trainval")) {
      Frame train = LogReader.read(file).get(0);
      if (train.mapLocation().equals(test.mapLocation())) {
        double distance =
            Math.hypot(
                train.ego().positionInMapM().x() - test.ego().positionInMapM().x(),
                train.ego().positionInMapM().y() - test.ego().positionInMapM().y());
        assertThat(distance).isGreaterThan(400);
      }
    }
  }

  @Test
  void equalSpecsGiveEqualBytesWithAnyNumberOfThreads(@TempDir Path other) throws IOException {
    SyntheticDataset.write(List.of(TRAIN), other, 1, Progress.silent());
    SyntheticDataset.write(List.of(TEST), other, 2, Progress.silent());
    assertThat(digests(other)).isEqualTo(digests(root));
  }

  @Test
  void aKilledRunIsCompleted(@TempDir Path other) throws IOException {
    SyntheticDataset.write(List.of(TEST), other, 1, Progress.silent());
    Map<String, String> whole = digests(other);
    DatasetLayout layout = new DatasetLayout(other);
    Path log = layout.logFiles("test").get(0);
    Files.delete(log);
    try (Stream<Path> pictures = Files.walk(layout.sensorFolder("test"))) {
      Files.delete(pictures.filter(Files::isRegularFile).sorted().findFirst().orElseThrow());
    }
    SyntheticDataset.write(List.of(TEST), other, 1, Progress.silent());
    assertThat(digests(other)).isEqualTo(whole);
  }

  @Test
  void anotherSpecInTheSameFolderIsRefused() {
    assertThatThrownBy(
            () ->
                SyntheticDataset.write(
                    List.of(TEST.withImages(64, 36)), root, 1, Progress.silent()))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("Maybe an earlier run used other settings");
  }

  private static Map<String, String> digests(Path folder) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        digests.put(folder.relativize(file).toString(), digest(file));
      }
    }
    return digests;
  }

  private static String digest(Path file) throws IOException {
    try {
      byte[] hash =
          java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(hash);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
