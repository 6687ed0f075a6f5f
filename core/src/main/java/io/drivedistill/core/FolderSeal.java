package io.drivedistill.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Sizes and checksums of all files of a folder at the time it was finished.
 *
 * @param files by path relative to the folder, with '/' between names
 */
record FolderSeal(Map<String, File> files) {
  FolderSeal {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
  }

  record File(long bytes, ContentKey sha256) {}

  /** Reads every file of the folder but the ignored ones at its top. */
  static FolderSeal of(Path folder, Set<String> ignored) throws IOException {
    List<Path> found = filesIn(folder);
    found.removeIf(file -> ignored.contains(relative(folder, file)));
    List<File> seals = ofAll(found, file -> new File(Files.size(file), ContentKey.ofFile(file)));
    Map<String, File> files = new TreeMap<>();
    for (int i = 0; i < seals.size(); i++) {
      files.put(relative(folder, found.get(i)), seals.get(i));
    }
    return new FolderSeal(files);
  }

  /** The first difference between the folder and this seal, as a sentence; empty if it is whole. */
  Optional<String> damage(Path folder) throws IOException {
    return ofAll(
            List.copyOf(files.entrySet()),
            entry -> damage(folder.resolve(entry.getKey()), entry.getValue()))
        .stream()
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> damage(Path file, File sealed) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.of(file.toAbsolutePath() + " is missing");
    }
    if (Files.size(file) != sealed.bytes()) {
      return Optional.of(
          file.toAbsolutePath()
              + " has "
              + Files.size(file)
              + " bytes, it was written with "
              + sealed.bytes());
    }
    return ContentKey.ofFile(file).equals(sealed.sha256())
        ? Optional.empty()
        : Optional.of(file.toAbsolutePath() + " is not as it was written, its checksum differs");
  }

  private static <T, R> List<R> ofAll(List<T> items, Parallel.Making<T, R> making)
      throws IOException {
    try {
      return Parallel.map(Parallel.processors(), items, making);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      return new ArrayList<>(found.filter(Files::isRegularFile).sorted().toList());
    }
  }

  private static String relative(Path folder, Path file) {
    List<String> names = new ArrayList<>();
    folder.relativize(file).forEach(name -> names.add(name.toString()));
    return String.join("/", names);
  }
}
