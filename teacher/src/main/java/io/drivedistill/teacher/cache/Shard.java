package io.drivedistill.teacher.cache;

import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.core.JsonFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the JSON file beside a shard says. It is written after the shard, so a shard without it was
 * never finished.
 *
 * @param teacher whose answers these are
 * @param tokens scenes in the order of the rows
 * @param contents what each scene's input was made of
 * @param sha256 of the shard's bytes
 */
record Shard(
    ContentKey teacher, List<String> tokens, List<ContentKey> contents, ContentKey sha256) {
  static final String LOG_PROBABILITIES = "code_log_probabilities";

  Shard {
    tokens = List.copyOf(tokens);
    contents = List.copyOf(contents);
  }

  static Path dataFile(Path folder, int index) {
    return folder.resolve(String.format("shard-%05d.safetensors", index));
  }

  static Path noteFile(Path folder, int index) {
    return folder.resolve(String.format("shard-%05d.json", index));
  }

  /** The note of a shard; empty where it is absent or unreadable, which are to be made anew. */
  static Optional<Shard> note(Path folder, int index) {
    Path file = noteFile(folder, index);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JsonFiles.read(file, Shard.class));
    } catch (DriveDistillException e) {
      return Optional.empty();
    }
  }

  /** Whether the shard's bytes are as they were written. */
  boolean isWhole(Path folder, int index) {
    Path file = dataFile(folder, index);
    return Files.isRegularFile(file) && ContentKey.ofFile(file).equals(sha256);
  }
}
