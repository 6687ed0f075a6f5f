package io.drivedistill.navsim.log;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Any file is either a log or refused with the one error (docs/fuzzing.md). */
final class LogFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void log(byte[] data) throws IOException {
    Path file = Files.createTempFile("fuzz", ".pkl");
    try {
      Files.write(file, data);
      LogReader.read(file);
    } catch (DriveDistillException refused) {
      // The user's message.
    } finally {
      Files.delete(file);
    }
  }
}
