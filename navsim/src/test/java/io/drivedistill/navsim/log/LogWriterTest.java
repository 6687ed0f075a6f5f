package io.drivedistill.navsim.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.navsim.DatasetLayout;
import io.drivedistill.navsim.SharedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogWriterTest {
  @TempDir Path folder;

  @Test
  void referenceLogsSurviveWritingAndReading() {
    for (Path file : new DatasetLayout(SharedFiles.bundledOracle()).logFiles("dev")) {
      List<Frame> frames = LogReader.read(file);
      Path written = folder.resolve(file.getFileName());
      LogWriter.write(written, frames);
      assertThat(LogReader.read(written)).isEqualTo(frames);
    }
  }

  @Test
  void framesWithoutAnnotationsLightsAndRouteSurvive() throws Exception {
    Path file = new DatasetLayout(SharedFiles.bundledOracle()).logFiles("dev").get(0);
    Frame f = LogReader.read(file).get(0);
    List<Frame> frames = List.of(with(f, Optional.empty()), with(f, Optional.of(List.of())));
    Path written = folder.resolve("bare.pkl");
    LogWriter.write(written, frames);
    assertThat(LogReader.read(written)).isEqualTo(frames);
    byte[] bytes = Files.readAllBytes(written);
    LogWriter.write(written, frames);
    assertThat(Files.readAllBytes(written)).isEqualTo(bytes);
  }

  private static Frame with(Frame f, Optional<List<AnnotatedBox>> annotations) {
    return new Frame(
        f.token(),
        f.frameIndex(),
        f.timestampUs(),
        f.logName(),
        f.logToken(),
        f.sceneName(),
        f.sceneToken(),
        f.mapLocation(),
        List.of(),
        f.vehicleName(),
        f.ego(),
        f.lidarPath(),
        f.translationLidarInEgoM(),
        f.rotationLidarToEgo(),
        List.of(),
        f.drivingCommand(),
        f.cameras(),
        f.previousToken(),
        f.nextToken(),
        annotations);
  }
}
