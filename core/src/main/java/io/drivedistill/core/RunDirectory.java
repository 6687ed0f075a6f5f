package io.drivedistill.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The folder of one run, with one folder per stage. A stage is done when its {@value #DONE} exists,
 * which is written last; it holds the key of the stage's inputs and the checksums of its results.
 *
 * <p>One process at a time: the run is locked by the operating system, so the lock of a process
 * that died is free again.
 */
public final class RunDirectory implements AutoCloseable {
  private static final String DONE = "stage.json";
  private static final String STARTED = "stage.started.json";
  private static final String LOCK = "run.lock";

  private final Path root;
  private final FileChannel lockChannel;

  private RunDirectory(Path root, FileChannel lockChannel) {
    this.root = root;
    this.lockChannel = lockChannel;
  }

  /** What {@value #DONE} holds. */
  private record Done(
      String stage, ContentKey key, String finishedAt, double seconds, FolderSeal seal) {}

  /** What {@value #STARTED} holds while a stage is under way. */
  private record Started(String stage, ContentKey key, double seconds) {}

  /**
   * Opens a run folder, which is made if absent, and locks it.
   *
   * @throws DriveDistillException if another process works in it or it cannot be written
   */
  public static RunDirectory open(Path root) {
    FileChannel channel = null;
    try {
      Files.createDirectories(root);
      channel =
          FileChannel.open(
              root.resolve(LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        String holder = Files.readString(root.resolve(LOCK), StandardCharsets.UTF_8).strip();
        channel.close();
        throw new DriveDistillException(
            "Another run works in " + root.toAbsolutePath() + " (" + holder + ")",
            "Maybe wait until it has finished, or choose another folder for this run.");
      }
      channel.truncate(0);
      String holder = "process " + ProcessHandle.current().pid() + ", since " + Instant.now();
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
      return new RunDirectory(root, channel);
    } catch (IOException e) {
      throw unusable(root, e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static DriveDistillException unusable(Path folder, IOException e) {
    return new DriveDistillException(
        "Could not use the run folder " + folder.toAbsolutePath() + ": " + e.getMessage(),
        "Maybe the disk is full or the folder is not writable.",
        e);
  }

  /** The folder of the run. */
  public Path root() {
    return root;
  }

  /**
   * Brings a stage to its end. A done stage with an equal key is skipped after its files were
   * compared with their checksums; one begun with an equal key is continued in its folder; results
   * and leftovers of another key are deleted first.
   *
   * @param name lower case words joined by hyphens
   * @throws DriveDistillException if results of an earlier run are damaged, or as the body throws
   */
  public Stage stage(String name, ContentKey key, Stage.Body body) {
    return stage(
        name,
        key,
        damage -> {
          throw new DriveDistillException(
              "The results of stage '" + name + "' are damaged: " + damage,
              "Maybe a file was edited or the disk had an error; delete the folder "
                  + root.resolve(name).toAbsolutePath()
                  + " and run the same command again, only this stage is made anew.");
        },
        body);
  }

  /**
   * Like {@link #stage}, for a body that finds and replaces what is damaged in its folder: damage
   * is told and the body runs again, instead of an error.
   *
   * @param tell is told what is damaged
   */
  public Stage repairedStage(String name, ContentKey key, Consumer<String> tell, Stage.Body body) {
    return stage(
        name, key, damage -> tell.accept("Stage '" + name + "' is repaired: " + damage), body);
  }

  private Stage stage(String name, ContentKey key, Consumer<String> onDamage, Stage.Body body) {
    if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
      throw new IllegalArgumentException("Not a stage name: " + name);
    }
    Path folder = root.resolve(name);
    try {
      Optional<Done> done = readDone(folder).filter(found -> found.key().equals(key));
      if (done.isPresent()) {
        Optional<String> damage = done.get().seal().damage(folder);
        if (damage.isEmpty()) {
          return new Stage(name, key, folder, true, done.get().seconds());
        }
        onDamage.accept(damage.get());
        JsonFiles.write(folder.resolve(STARTED), new Started(name, key, done.get().seconds()));
        Files.delete(folder.resolve(DONE));
      }
      return run(name, key, folder, body);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static Stage run(String name, ContentKey key, Path folder, Stage.Body body)
      throws IOException {
    double earlierS = secondsSpentOn(key, folder);
    if (earlierS < 0) {
      Files.deleteIfExists(folder.resolve(DONE));
      AtomicFiles.deleteTree(folder);
      earlierS = 0;
      JsonFiles.write(folder.resolve(STARTED), new Started(name, key, earlierS));
    }
    long startNs = System.nanoTime();
    try {
      body.run(folder);
    } catch (IOException | RuntimeException | Error e) {
      double seconds = earlierS + secondsSince(startNs);
      try {
        JsonFiles.write(folder.resolve(STARTED), new Started(name, key, seconds));
      } catch (DriveDistillException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
    double seconds = earlierS + secondsSince(startNs);
    deletePartials(folder);
    Done done =
        new Done(
            name,
            key,
            Instant.now().toString(),
            seconds,
            FolderSeal.of(folder, Set.of(DONE, STARTED)));
    JsonFiles.write(folder.resolve(DONE), done);
    Files.deleteIfExists(folder.resolve(STARTED));
    return new Stage(name, key, folder, false, seconds);
  }

  private static double secondsSince(long startNs) {
    return (System.nanoTime() - startNs) * 1e-9;
  }

  /** Seconds of earlier attempts with this key, or -1 if the folder has none to continue. */
  private static double secondsSpentOn(ContentKey key, Path folder) {
    Path file = folder.resolve(STARTED);
    if (!Files.exists(file) || Files.exists(folder.resolve(DONE))) {
      return -1;
    }
    Started started = JsonFiles.read(file, Started.class);
    return started.key().equals(key) ? started.seconds() : -1;
  }

  private static Optional<Done> readDone(Path folder) {
    Path file = folder.resolve(DONE);
    return Files.exists(file) ? Optional.of(JsonFiles.read(file, Done.class)) : Optional.empty();
  }

  private static void deletePartials(Path folder) throws IOException {
    for (Path file : FolderSeal.filesIn(folder)) {
      if (file.toString().endsWith(AtomicFiles.PARTIAL)) {
        Files.delete(file);
      }
    }
  }

  /** Unlocks the run. */
  @Override
  public void close() {
    try {
      lockChannel.close();
    } catch (IOException e) {
      throw unusable(root, e);
    }
  }
}
