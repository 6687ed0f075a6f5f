package io.drivedistill.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Properties;

/**
 * Which code, settings, seed and machine made an artefact.
 *
 * @param toolVersion version of DriveDistill
 * @param commit commit of the sources, with "-dirty" where they were edited, or "unknown"
 * @param javaVersion version and vendor of the Java machine
 * @param operatingSystem name, version and processor architecture
 * @param processors processors available to Java
 * @param configKey key of the whole experiment
 * @param seed the experiment's seed
 * @param startedAt time in UTC, ISO-8601
 */
public record Provenance(
    String toolVersion,
    String commit,
    String javaVersion,
    String operatingSystem,
    int processors,
    ContentKey configKey,
    long seed,
    String startedAt) {
  /** Name of the file beside an artefact. */
  public static final String FILE = "provenance.json";

  private static final String UNKNOWN = "unknown";

  /** Describes this build, this machine and this moment. */
  public static Provenance capture(ContentKey configKey, long seed) {
    Properties build = build();
    String commit = build.getProperty("git.commit.id", UNKNOWN);
    boolean dirty = Boolean.parseBoolean(build.getProperty("git.dirty", "false"));
    return new Provenance(
        currentToolVersion(),
        dirty ? commit + "-dirty" : commit,
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        configKey,
        seed,
        Instant.now().toString());
  }

  /** Version of DriveDistill. */
  public static String currentToolVersion() {
    return build().getProperty("git.build.version", UNKNOWN);
  }

  private static Properties build() {
    Properties build = new Properties();
    try (InputStream in = Provenance.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      // Without the resource every field of the build is "unknown", which is the truth.
      build.clear();
    }
    return build;
  }

  /** Writes {@value #FILE} into a folder. */
  public void writeTo(Path folder) {
    JsonFiles.write(folder.resolve(FILE), this);
  }

  /** Reads {@value #FILE} of a folder. */
  public static Provenance readFrom(Path folder) {
    return JsonFiles.read(folder.resolve(FILE), Provenance.class);
  }
}
