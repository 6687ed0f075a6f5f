package io.drivedistill.core;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A finished stage of a run.
 *
 * @param name name of the stage and of its folder
 * @param key key of the inputs that the results were made from; goes into the keys of later stages
 * @param folder where the results lie
 * @param skipped whether the results of an earlier run were taken
 * @param seconds time spent, over all attempts that led to the results
 */
public record Stage(String name, ContentKey key, Path folder, boolean skipped, double seconds) {
  /** The work of a stage. */
  @FunctionalInterface
  public interface Body {
    /**
     * Writes the results into the folder. After a kill it is called again with the same folder and
     * the same inputs: finished parts and checkpoints written with {@link AtomicFiles} are there.
     */
    void run(Path folder) throws IOException;
  }

  /**
   * The key of a stage.
   *
   * @param name name of the stage
   * @param codeVersion raised by the stage's author when the same settings give other results
   * @param settings record with every setting that the results depend on
   * @param upstream stages whose results are read
   */
  public static ContentKey key(String name, int codeVersion, Object settings, Stage... upstream) {
    ContentKey.Builder builder =
        ContentKey.of("stage " + name)
            .number("code version", codeVersion)
            .settings("settings", settings);
    for (Stage stage : upstream) {
      builder.key(stage.name(), stage.key());
    }
    return builder.build();
  }
}
