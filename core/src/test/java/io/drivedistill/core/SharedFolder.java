package io.drivedistill.core;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds reference material beside the checkout; tests that need it are skipped without it. */
final class SharedFolder {
  private SharedFolder() {}

  static Path require(String relative) {
    String given = System.getProperty("drivedistill.shared");
    Path shared = given == null ? null : Path.of(given);
    Path folder = Path.of("").toAbsolutePath();
    while (shared == null && folder != null) {
      if (Files.isDirectory(folder.resolve("shared/fixtures"))) {
        shared = folder.resolve("shared");
      }
      folder = folder.getParent();
    }
    assumeTrue(shared != null, "no folder 'shared' beside the checkout");
    Path wanted = shared.resolve(relative);
    assumeTrue(Files.exists(wanted), wanted + " is absent");
    return wanted;
  }
}
