package io.drivedistill.navsim.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.SharedFiles;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameTest {
  @Test
  void aMissingCameraIsNamedBesideThoseThatAreThere() {
    Frame recorded =
        LogReader.read(new DatasetLayout(SharedFiles.bundledOracle()).logFiles("dev").get(0))
            .get(0);
    List<CameraView> two = recorded.cameras().subList(0, 2);
    Frame frame = with(recorded, two);
    assertThat(frame.requireCamera(two.get(1).name())).isEqualTo(two.get(1));
    CameraName absent = recorded.cameras().get(2).name();
    assertThatThrownBy(() -> frame.requireCamera(absent))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining(recorded.token())
        .hasMessageContaining(
            "has no camera "
                + absent
                + "; it has ["
                + two.get(0).name()
                + ", "
                + two.get(1).name()
                + "]");
  }

  private static Frame with(Frame f, List<CameraView> cameras) {
    return new Frame(
        f.token(),
        f.frameIndex(),
        f.timestampUs(),
        f.logName(),
        f.logToken(),
        f.sceneName(),
        f.sceneToken(),
        f.mapLocation(),
        f.roadblockIds(),
        f.vehicleName(),
        f.ego(),
        f.lidarPath(),
        f.translationLidarInEgoM(),
        f.rotationLidarToEgo(),
        f.trafficLights(),
        f.drivingCommand(),
        cameras,
        f.previousToken(),
        f.nextToken(),
        f.annotations());
  }
}
