package io.drivedistill.core;

import java.io.IOException;
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
    Map<String, File> files = new TreeMap<>();
    for (Path file : filesIn(folder)) {
      String name = relative(folder, file);
      if (!ignored.contains(name)) {
        files.put(name, new File(Files.size(file), ContentKey.ofFile(file)));
      }
    }
    return new FolderSeal(files);
  }

  /** The first difference between the folder and this seal, as a sentence; empty if it is whole. */
  Optional<String> damage(Path folder) throws IOException {
    for (Map.Entry<String, File> entry : files.entrySet()) {
      Path file = folder.resolve(entry.getKey());
      if (!Files.isRegularFile(file)) {
        return Optional.of(file.toAbsolutePath() + " is missing");
      }
      if (Files.size(file) != entry.getValue().bytes()) {
        return Optional.of(
            file.toAbsolutePath()
                + " has "
                + Files.size(file)
                + " bytes, it was written with "
                + entry.getValue().bytes());
      }
      if (!ContentKey.ofFile(file).equals(entry.getValue().sha256())) {
        return Optional.of(
            file.toAbsolutePath() + " is not as it was written, its checksum differs");
      }
    }
    return Optional.empty();
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
