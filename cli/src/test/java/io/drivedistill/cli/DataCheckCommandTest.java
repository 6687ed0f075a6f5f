package io.drivedistill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.core.Progress;
import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.log.CameraName;
import io.drivedistill.navsim.log.Frame;
import io.drivedistill.navsim.log.LogReader;
import io.drivedistill.navsim.town.SynthSpec;
import io.drivedistill.navsim.town.SyntheticDataset;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataCheckCommandTest {
  @TempDir Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private DatasetLayout layout;
  private List<Frame> frames;

  @BeforeEach
  void synthesize() {
    SynthSpec spec =
        SynthSpec.of("mini", 2, 5)
            .withTowns(1, 20)
            .withImages(32, 18, CameraName.CAM_F0)
            .withLidar(50);
    SyntheticDataset.write(List.of(spec), data, 1, Progress.silent());
    layout = new DatasetLayout(data);
    frames = LogReader.read(layout.logFiles("mini").get(0));
  }

  @Test
  void aWholeDataSetIsWhole() {
    assertThat(check()).as("%s%s", out, err).isZero();
    assertThat(out.toString())
        .contains("split mini: 2 logs, ")
        .contains(": whole")
        .contains("Nothing is damaged.")
        .doesNotContain("DAMAGED");
  }

  @Test
  void cutSensorFilesAreFoundAndMissingOnesCounted() throws IOException {
    Path picture = sensor(frames.get(1).cameras().get(0).imagePath());
    Path cloud = sensor(frames.get(2).lidarPath());
    cut(picture, 2);
    cut(cloud, 3);
    Files.delete(sensor(frames.get(3).lidarPath()));
    assertThat(check()).isEqualTo(1);
    assertThat(out.toString())
        .contains("DAMAGED mini: the file " + picture + " is cut off: it has no end mark")
        .contains("DAMAGED mini: the file " + cloud + " is cut off: ")
        .containsPattern("mini: 2 logs, \\d+ frames; \\d+ of \\d+ sensor files")
        .contains("download/download_mini.sh")
        .contains("not whole");
  }

  @Test
  void cutLogsAndMapsAreFound() throws IOException {
    cut(layout.logFiles("mini").get(1), 1000);
    Path map = layout.mapFile(frames.get(0).mapLocation());
    cut(map, 4096);
    assertThat(check()).isEqualTo(1);
    assertThat(out.toString())
        .contains("split mini: 1 logs")
        .contains("1 DAMAGED logs")
        .contains(map + " is cut off")
        .contains("download/download_maps.sh");
    Files.delete(map);
    assertThat(check()).isEqualTo(1);
    assertThat(out.toString()).contains("found no such file");
  }

  @Test
  void scenesOfAFilterAreCounted() throws IOException {
    Path filter = data.resolve("navtest.yaml");
    Files.writeString(
        filter,
        "tokens:\n- '" + frames.get(3).token() + "'\n- ffffffffffffffff\nlog_names:\n- other\n");
    assertThat(check("--filter", filter.toString())).isEqualTo(1);
    assertThat(out.toString())
        .contains("filter navtest: 0 of 1 logs, 1 of 2 scenes")
        .contains("the official filter has 12146 scenes")
        .contains("navtest needs 'test'");
  }

  @Test
  void emptySplitsAndAbsentMapsAreNamedBesideTheRest() throws IOException {
    Files.createDirectories(data.resolve("navsim_logs/test"));
    Files.delete(layout.mapFile("sg-one-north"));
    assertThat(frames.get(0).mapLocation()).isNotEqualTo("sg-one-north");
    assertThat(check()).isEqualTo(1);
    assertThat(out.toString())
        .contains("split mini: 2 logs")
        .contains("split test: 0 logs")
        .contains("DAMAGED test: Expected log files (*.pkl) in ")
        .contains("download/download_test.sh")
        .contains("map sg-one-north: not there; no log here names it");
  }

  @Test
  void anotherFolderIsRefused() {
    assertThat(run("data", "check", data.resolve("maps").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("Expected splits in").contains("Maybe ");
  }

  private Path sensor(String path) {
    return layout.sensorFolder("mini").resolve(path);
  }

  private static void cut(Path file, int bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - bytes);
    }
  }

  private int check(String... more) {
    String[] arguments = new String[3 + more.length];
    arguments[0] = "data";
    arguments[1] = "check";
    arguments[2] = data.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return run(arguments);
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
