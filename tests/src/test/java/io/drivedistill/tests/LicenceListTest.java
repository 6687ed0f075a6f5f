package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every library on the class path is named in THIRD_PARTY_LICENSES.md with its version. */
final class LicenceListTest {
  @Test
  void everyLibraryIsListedWithItsVersion() throws IOException {
    List<String> rows =
        Files.readAllLines(RepositoryRoot.find().resolve("THIRD_PARTY_LICENSES.md"));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> unlisted = new ArrayList<>();
    int libraries = 0;
    for (String entry : classPath.split(File.pathSeparator)) {
      Path jar = Path.of(entry);
      if (!entry.endsWith(".jar") || jar.startsWith(RepositoryRoot.find())) {
        continue;
      }
      // A local Maven repository keeps ARTIFACT/VERSION/ARTIFACT-VERSION.jar.
      String version = jar.getParent().getFileName().toString();
      String artifact = jar.getParent().getParent().getFileName().toString();
      libraries++;
      if (rows.stream().noneMatch(row -> row.contains(":" + artifact + "` | " + version))) {
        unlisted.add(artifact + " " + version);
      }
    }
    assertThat(libraries).isGreaterThan(20);
    assertThat(unlisted).isEmpty();
  }
}
