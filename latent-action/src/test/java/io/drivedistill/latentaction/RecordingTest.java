package io.drivedistill.latentaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.navsim.scene.Pose2;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
  @TempDir private Path folder;

  /** A circle of radius 20 m at 5 m/s, ten frames a second. */
  static Recording circle(int frames) {
    List<RecordedFrame> list = new ArrayList<>();
    for (int i = 0; i < frames; i++) {
      double angle = 0.25 * 0.1 * i;
      Pose2 pose = new Pose2(20 * Math.sin(angle), 20 - 20 * Math.cos(angle), angle);
      list.add(new RecordedFrame("f" + i, Path.of("f" + i), 100 + 0.1 * i, Optional.of(pose)));
    }
    return new Recording("circle", list);
  }

  @Test
  void nearestFrameLiesWithinHalfAPeriod() {
    Recording recording = circle(10);
    assertThat(recording.periodS()).isCloseTo(0.1, within(1e-9));
    assertThat(recording.nearest(100.31)).isEqualTo(3);
    assertThat(recording.nearest(100.949)).isEqualTo(9);
    assertThat(recording.nearest(101.0)).isEqualTo(-1);
    assertThat(recording.nearest(99.0)).isEqualTo(-1);
  }

  @Test
  void framesMustBeInTimeOrder() {
    List<RecordedFrame> frames = new ArrayList<>(circle(3).frames());
    frames.add(frames.get(0));
    assertThatThrownBy(() -> new Recording("mixed", frames))
        .hasMessageContaining("f0 of mixed is not later");
  }

  @Test
  void motionOnACircleIsThatOfTheCircle() {
    EgoMotion motion = new EgoMotion(circle(20));
    assertThat(motion.speedMps(5)).isCloseTo(5, within(0.01));
    assertThat(motion.yawRateRadps(3, 9)).isCloseTo(0.25, within(1e-6));
    assertThat(motion.meanSpeedMps(3, 9)).isCloseTo(5, within(0.01));
    float[] told = motion.condition(2, 7, 5, false);
    assertThat(told).hasSize(18);
    assertThat(told[12]).isCloseTo((float) (20 * Math.sin(0.125) / 10), within(1e-4f));
    assertThat(told[13]).isCloseTo((float) (20 * (1 - Math.cos(0.125)) / 2), within(1e-4f));
    assertThat(told[14]).isCloseTo((float) (0.125 / 0.3), within(1e-4f));
    assertThat(told[15]).isCloseTo(0.5f, within(1e-3f));
    assertThat(told[16]).isCloseTo((float) (0.25 / 0.3), within(1e-4f));
    assertThat(told[17]).isCloseTo(0, within(1e-3f));
    float[] mirrored = motion.condition(2, 7, 5, true);
    assertThat(mirrored[12]).isEqualTo(told[12]);
    assertThat(mirrored[13]).isEqualTo(-told[13]);
    assertThat(mirrored[16]).isEqualTo(-told[16]);
  }

  @Test
  void heldOutBlocksShareNoFrame() {
    HeldOutBlocks blocks = HeldOutBlocks.of(circle(50), 1.2, 0.6);
    assertThat(blocks.train()).hasSize(3);
    assertThat(blocks.test()).hasSize(3);
    List<String> tokens = new ArrayList<>();
    blocks.train().forEach(r -> r.frames().forEach(f -> tokens.add(f.token())));
    blocks.test().forEach(r -> r.frames().forEach(f -> tokens.add(f.token())));
    assertThat(tokens).hasSize(50).doesNotHaveDuplicates();
    assertThatThrownBy(() -> HeldOutBlocks.of(circle(5), 10, 1))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("too short");
  }

  @Test
  void folderWithPosesAndFolderWithout() throws Exception {
    for (int i = 0; i < 3; i++) {
      Files.write(folder.resolve("00" + i + ".jpg"), new byte[] {1});
    }
    Recording plain = FolderRecordings.read(folder, 25);
    assertThat(plain.hasPoses()).isFalse();
    assertThat(plain.periodS()).isCloseTo(0.04, within(1e-9));
    Path table = folder.resolve("ego.csv");
    Files.writeString(
        table,
        "frame,t,x_east,y_north,roll,yaw\n0,5.0,1,2,0,0.5\n1,5.1,2,2,0,0.5\n2,5.2,3,2,0,0.5\n");
    Recording posed = FolderRecordings.read(folder, 25);
    assertThat(posed.hasPoses()).isTrue();
    assertThat(posed.frames().get(2).egoInMap()).contains(new Pose2(3, 2, 0.5));
    assertThat(posed.frames().get(1).token()).endsWith("/001");

    Files.writeString(table, "frame,t,x_east,y_north,roll,yaw\n0,5.0,1,2,0,0.5\n");
    assertRefused("1 rows but the folder holds 3 pictures");
    Files.writeString(table, "frame,t,x_east,y_north\n");
    assertRefused("no column 'yaw'");
    Files.writeString(table, "frame,t,x_east,y_north,roll,yaw\n0,five,1,2,0,0.5\n");
    assertRefused("line 2 is not a row of numbers");
    Files.writeString(
        table, "frame,t,x_east,y_north,roll,yaw\n0,5,1,2,0,0\n1,4,1,2,0,0\n2,6,1,2,0,0\n");
    assertRefused("is not later");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> FolderRecordings.read(folder, 25))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("Maybe ");
  }
}
