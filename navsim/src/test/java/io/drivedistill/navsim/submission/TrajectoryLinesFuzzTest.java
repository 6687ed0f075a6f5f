package io.drivedistill.navsim.submission;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Any file is either trajectories or refused with the one error (docs/fuzzing.md). */
final class TrajectoryLinesFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void trajectories(byte[] data) throws IOException {
    Path file = Files.createTempFile("fuzz", ".jsonl");
    try {
      Files.write(file, data);
      TrajectoryLines.read(file);
    } catch (DriveDistillException refused) {
      // The user's message.
    } finally {
      Files.delete(file);
    }
  }
}
