package io.drivedistill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  private static final Path FIXTURES = Path.of("../latent-action/src/test/resources/fixtures");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  private Path copy(String name) throws Exception {
    Path copy = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(FIXTURES.resolve("vq"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  @Test
  void rightModelsPassAndEachTensorHasItsRow() throws Exception {
    copy("first");
    copy("second");
    assertThat(run("verify", folder.toString())).isZero();
    assertThat(out.toString())
        .contains("grad/codebook", "loss/commit", "out/dead_codes", "allowed")
        .contains("PASS first (vector quantiser): 11 pass, 0 fail")
        .contains("2 of 2 fixtures pass");
  }

  @Test
  void aWrongValueFails() throws Exception {
    Path copy = copy("wrong");
    byte[] bytes = Files.readAllBytes(copy.resolve("io.safetensors"));
    int at = bytes.length - 3;
    bytes[at] ^= 0x40;
    Files.write(copy.resolve("io.safetensors"), bytes, StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(run("verify", copy.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("FAIL wrong");
  }

  @Test
  void damagedAndUnknownFoldersAreErrors() throws Exception {
    Path copy = copy("damaged");
    byte[] bytes = Files.readAllBytes(copy.resolve("io.safetensors"));
    Files.write(copy.resolve("io.safetensors"), Arrays.copyOf(bytes, 900));
    assertThat(run("verify", copy.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("Maybe the download or copy stopped early");
    Path unknown = copy("unknown");
    Files.writeString(unknown.resolve("config.json"), "{\"model\": \"perceptron\"}");
    assertThat(run("verify", unknown.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("unknown model 'perceptron'", "it knows operators");
    assertThat(run("verify", folder.resolve("absent").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("There is no folder", "Maybe the path is misspelt");
  }
}
