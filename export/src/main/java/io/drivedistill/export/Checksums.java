package io.drivedistill.export;

import io.drivedistill.core.AtomicFiles;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * SHA-256 of every file of an exported folder, in the lines that {@code sha256sum -c} reads, so
 * that a copy can be checked on any machine. A changed weight would run without a word otherwise.
 */
public final class Checksums {
  /** Name of the file beside the models. */
  public static final String FILE = "SHA256SUMS";

  private static final String GAP = "  ";

  private Checksums() {}

  /** Writes them for all files of a folder. */
  static void write(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> sorted = files.sorted().toList();
      StringBuilder lines = new StringBuilder();
      for (Path file : sorted) {
        String hex = ContentKey.ofFile(file).hex();
        lines.append(hex).append(GAP).append(file.getFileName()).append('\n');
      }
      AtomicFiles.writeText(folder.resolve(FILE), lines.toString());
    }
  }

  /**
   * Checks a model and its data file against the checksums beside it, if there are any.
   *
   * @throws DriveDistillException if one is missing or not as it was exported
   */
  public static void require(Path model) throws IOException {
    Path sums = model.resolveSibling(FILE);
    if (Files.isRegularFile(sums)) {
      Map<String, String> expected = read(sums);
      for (Path file : List.of(model, ExternalData.fileOf(model))) {
        String sealed = expected.get(file.getFileName().toString());
        if (sealed != null) {
          require(file, sealed);
        }
      }
    }
  }

  private static Map<String, String> read(Path sums) throws IOException {
    Map<String, String> expected = new TreeMap<>();
    for (String line : Files.readAllLines(sums, StandardCharsets.UTF_8)) {
      int gap = line.indexOf(GAP);
      if (gap > 0) {
        expected.put(line.substring(gap + GAP.length()), line.substring(0, gap));
      }
    }
    return expected;
  }

  private static void require(Path file, String sealed) {
    String found =
        Files.isRegularFile(file) ? ContentKey.ofFile(file).hex() : "none, it is missing";
    if (!found.equals(sealed)) {
      throw new DriveDistillException(
          file.toAbsolutePath()
              + " is not as it was exported: "
              + FILE
              + " beside it says "
              + sealed
              + ", found was "
              + found,
          "Maybe the copy was cut short, or the file was edited; copy or export the folder again.");
    }
  }
}
