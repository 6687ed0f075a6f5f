package io.drivedistill.navsim.sensor;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Any file is either a point cloud or refused with the one error (docs/fuzzing.md). */
final class PointCloudFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void pointCloud(byte[] data) throws IOException {
    Path file = Files.createTempFile("fuzz", ".pcd");
    try {
      Files.write(file, data);
      PointCloudReader.read(file);
    } catch (DriveDistillException refused) {
      // The user's message.
    } finally {
      Files.delete(file);
    }
  }
}
