package io.drivedistill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpAndVersionSucceed() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("Usage: drivedistill").contains("doctor");
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).contains("DriveDistill ");
  }

  @Test
  void wrongUsageIsTwoAndSuggestsTheCommand() {
    assertThat(run("docter")).isEqualTo(2);
    assertThat(err.toString()).contains("docter").contains("doctor").doesNotContain("\tat ");
    assertThat(run("doctor", "--what")).isEqualTo(2);
    assertThat(err.toString()).contains("--what");
    assertThat(run()).isEqualTo(2);
  }

  @Test
  void aFailedRunIsOneWithItsMessageOnly() {
    Failures failures = new Failures(new PrintWriter(err, true), () -> false);
    int code = failures.report(new DriveDistillException("No map at X.", "Maybe unpack it."));
    assertThat(code).isEqualTo(1);
    assertThat(err.toString().lines()).containsExactly("No map at X.", "Maybe unpack it.");
  }

  @Test
  void verboseAddsTheStackTrace() {
    Failures failures = new Failures(new PrintWriter(err, true), () -> true);
    failures.report(new DriveDistillException("No map at X.", "Maybe unpack it."));
    assertThat(err.toString()).contains("\tat " + MainTest.class.getName());
  }

  @Test
  void anUnexpectedErrorKeepsItsDetailsInALog() throws IOException {
    Failures failures = new Failures(new PrintWriter(err, true), () -> false);
    assertThat(failures.report(new IllegalStateException("odd"))).isEqualTo(1);
    assertThat(err.toString()).contains("odd").doesNotContain("\tat ");
    String last = err.toString().lines().reduce((a, b) -> b).orElseThrow();
    Path log = Path.of(last.substring(last.lastIndexOf(' ') + 1));
    assertThat(log).content().contains("\tat " + MainTest.class.getName());
    Files.delete(log);
  }

  @Test
  void aConfigThatCannotBeUsedIsTwo(@TempDir Path folder) throws IOException {
    Path config = Files.writeString(folder.resolve("a.yaml"), "sede: 1\n");
    assertThat(run("run", config.toString())).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("Unknown key 'sede' in " + config + ", line 1", "Maybe you meant 'seed'.");
    assertThat(run("run", folder.resolve("b.yaml").toString())).isEqualTo(2);
  }

  @Test
  void doctorNamesThisMachine() {
    assertThat(run("doctor")).isZero();
    assertThat(out.toString())
        .contains("Java")
        .contains("Processors")
        .contains("free in")
        .contains("PyTorch 2.7.1 on cpu")
        .contains("24 reference trajectories");
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
