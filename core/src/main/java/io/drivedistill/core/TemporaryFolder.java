package io.drivedistill.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder for files that nobody needs afterwards. It is deleted when it is closed, and also when
 * the process is asked to end before; only a process that is killed leaves it.
 */
public final class TemporaryFolder implements AutoCloseable {
  private final Path path;
  private final Thread atExit = new Thread(this::delete, "temporary folder");

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes a folder.
   *
   * @param purpose begins its name
   * @throws DriveDistillException if it cannot be made
   */
  public static TemporaryFolder of(String purpose) {
    try {
      TemporaryFolder folder =
          new TemporaryFolder(Files.createTempDirectory("drivedistill-" + purpose + "-"));
      Runtime.getRuntime().addShutdownHook(folder.atExit);
      return folder;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** The error for a file that could not be written into it. */
  public static DriveDistillException unwritable(IOException e) {
    return new DriveDistillException(
        "Could not write a temporary file: " + e.getMessage(),
        "Maybe the disk is full; -Djava.io.tmpdir names another folder.",
        e);
  }

  /** Deletes it with all it holds. */
  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // the process is ending, the hook has nothing left to do
    }
  }

  private void delete() {
    try {
      AtomicFiles.deleteTree(path);
    } catch (IOException | UncheckedIOException e) {
      // somebody still writes into it; the system clears its folder of temporary files some day
    }
  }
}
