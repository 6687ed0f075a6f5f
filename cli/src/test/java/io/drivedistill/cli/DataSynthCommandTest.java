package io.drivedistill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.navsim.scene.NavsimDataset;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataSynthCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aSmallSplitIsWrittenAndOtherSettingsAreRefused() {
    String[] small = {
      "data",
      "synth",
      "--out",
      folder.toString(),
      "--logs",
      "1",
      "--seed",
      "3",
      "--split",
      "tiny",
      "--frames",
      "14",
      "--image-size",
      "64x36",
      "--cameras",
      "CAM_F0",
      "--lidar-rays",
      "64"
    };
    assertThat(run(small)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("Split 'tiny' with 1 logs of 14 frames");
    assertThat(NavsimDataset.open(folder, "tiny").logNames()).hasSize(1);
    assertThat(run(small)).isZero();
    small[7] = "4";
    assertThat(run(small)).isEqualTo(1);
    assertThat(err.toString()).contains("Maybe ");
  }

  @Test
  void wrongOptionsAreNamed() {
    assertThat(run("data")).isEqualTo(2);
    assertThat(run("data", "synth", "--out", folder.toString(), "--logs", "1")).isEqualTo(2);
    assertThat(err.toString()).contains("--seed");
    assertThat(
            run("data", "synth", "--out", "x", "--logs", "1", "--seed", "1", "--image-size", "big"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("480x270");
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
