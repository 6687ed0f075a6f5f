package io.drivedistill.teacher;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds parity fixtures: small ones in the test resources, others beside the checkout. */
public final class Fixtures {
  private Fixtures() {}

  /** The folder of a fixture; the test is skipped where it is absent. */
  public static Path folder(String name) {
    URL resource = Fixtures.class.getResource("/fixtures/" + name);
    if (resource != null) {
      try {
        return Path.of(resource.toURI());
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
    return shared("fixtures/models/" + name);
  }

  /** A path of the reference material; the test is skipped where it is absent. */
  public static Path shared(String relative) {
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
