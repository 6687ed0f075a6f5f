package io.drivedistill.core;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Writes artefacts under a temporary name beside the target, then moves them: a reader sees the
 * whole artefact or none. Leftovers of a killed process end in {@value #PARTIAL} and are
 * overwritten by the next attempt.
 */
public final class AtomicFiles {
  /** Ending of an artefact that is still being written. */
  public static final String PARTIAL = ".partial";

  private AtomicFiles() {}

  /** Writes content to a stream or a folder. */
  @FunctionalInterface
  public interface Writer<T> {
    /** Writes everything; a thrown exception leaves the target untouched. */
    void write(T target) throws IOException;
  }

  /**
   * Writes one file; it is synced to the disk before it gets its name.
   *
   * @throws DriveDistillException if the disk is full or the folder cannot be written
   */
  public static void writeFile(Path target, Writer<OutputStream> content) {
    writePartial(
        target,
        partial -> {
          Files.createDirectories(target.toAbsolutePath().getParent());
          try (FileChannel channel =
                  FileChannel.open(
                      partial,
                      StandardOpenOption.CREATE,
                      StandardOpenOption.WRITE,
                      StandardOpenOption.TRUNCATE_EXISTING);
              OutputStream out =
                  new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
            content.write(out);
            out.flush();
            channel.force(true);
          }
          move(partial, target);
        });
  }

  /** A disk that is full must not stay so because of what did not fit, so a failure removes it. */
  private static void writePartial(Path target, Writer<Path> writer) {
    Path partial = partialOf(target);
    try {
      writer.write(partial);
    } catch (IOException e) {
      DriveDistillException failure = failure(target, e);
      discard(partial, failure);
      throw failure;
    } catch (RuntimeException e) {
      discard(partial, e);
      throw e;
    }
  }

  private static void discard(Path partial, RuntimeException failure) {
    try {
      deleteTree(partial);
    } catch (IOException kept) {
      failure.addSuppressed(kept);
    }
  }

  /** Writes a text file in UTF-8. */
  public static void writeText(Path target, String text) {
    writeFile(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes a folder: {@code content} fills an empty temporary folder that then takes the target's
   * name. An existing target is replaced.
   */
  public static void writeDirectory(Path target, Writer<Path> content) {
    Path partial = partialOf(target);
    writePartial(
        target,
        folder -> {
          deleteTree(folder);
          Files.createDirectories(folder);
          content.write(folder);
        });
    try {
      deleteTree(target);
      move(partial, target);
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  /** Deletes a file or folder with all it holds; absent is fine. */
  public static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static Path partialOf(Path target) {
    return target.resolveSibling(target.getFileName() + PARTIAL);
  }

  private static void move(Path partial, Path target) throws IOException {
    Files.move(
        partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Some exceptions say nothing but the name of the file. */
  private static String reason(IOException e) {
    boolean nameOnly = e instanceof FileSystemException f && f.getReason() == null;
    return (nameOnly ? e.getClass().getSimpleName() + ": " : "") + e.getMessage();
  }

  private static DriveDistillException failure(Path target, IOException e) {
    return new DriveDistillException(
        "Could not write " + target.toAbsolutePath() + ": " + reason(e),
        "Maybe the disk is full or the folder is not writable; free some space and run the same"
            + " command again, it continues where it stopped.",
        e);
  }
}
