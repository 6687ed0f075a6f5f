package io.drivedistill.navsim;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds the folder {@code shared} beside the checkout; tests that need it skip when it is absent.
 */
public final class SharedFiles {
  private SharedFiles() {}

  /** The folder of the reference scenes, or the test is skipped. */
  public static Path oracle() {
    return find("navsim-oracle");
  }

  /** The folder of real recordings, or the test is skipped. */
  public static Path data() {
    return find("data");
  }

  /** The few reference scenes that are part of the source tree. */
  public static Path bundledOracle() {
    try {
      return Path.of(SharedFiles.class.getResource("/oracle").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path find(String name) {
    String given = System.getProperty("drivedistill.shared");
    if (given != null) {
      Path folder = Path.of(given, name);
      assumeTrue(Files.isDirectory(folder), () -> "no " + folder);
      return folder;
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolve("shared").resolve(name);
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    assumeTrue(false, "no folder shared/" + name + " beside the checkout");
    throw new AssertionError("unreachable");
  }
}
