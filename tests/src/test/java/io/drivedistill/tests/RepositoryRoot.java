package io.drivedistill.tests;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the checkout that the tests run in. */
final class RepositoryRoot {
  private RepositoryRoot() {}

  static Path find() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("drivedistill"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("The tests must run inside the repository");
    }
    return folder;
  }
}
