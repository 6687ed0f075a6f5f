package io.drivedistill.student;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** Fixtures in the test resources. */
public final class Fixtures {
  private Fixtures() {}

  /** The folder of a fixture. */
  public static Path folder(String name) {
    URL config = Fixtures.class.getResource("/fixtures/" + name + "/config.json");
    try {
      return Path.of(config.toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
