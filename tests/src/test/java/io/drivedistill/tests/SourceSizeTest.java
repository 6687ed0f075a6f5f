package io.drivedistill.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A file that a reader cannot take in at once is two files. */
final class SourceSizeTest {
  private static final int MAX_LINES = 400;

  @Test
  void noSourceFileIsLongerThanAReaderCanTakeIn() throws IOException {
    List<String> tooLong = new ArrayList<>();
    List<Path> sources = sources();
    for (Path source : sources) {
      try (Stream<String> lines = Files.lines(source)) {
        long count = lines.count();
        if (count > MAX_LINES) {
          tooLong.add(source + " has " + count + " lines");
        }
      }
    }
    assertThat(sources).hasSizeGreaterThan(20);
    assertThat(tooLong).isEmpty();
  }

  private static List<Path> sources() throws IOException {
    Path root = RepositoryRoot.find();
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.filter(m -> Files.exists(m.resolve("pom.xml"))).toList()) {
        Path src = module.resolve("src");
        if (Files.isDirectory(src)) {
          try (Stream<Path> files = Files.walk(src)) {
            files.filter(f -> f.toString().endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }
}
