package io.drivedistill.navsim.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FeatherFileTest {
  private static final List<FeatherWriter.Column> COLUMNS =
      List.of(
          new FeatherWriter.Texts("category", List.of("BUS", "", "Zürich")),
          new FeatherWriter.Halves("x", List.of(0.5, -2.0, 1024.0)),
          new FeatherWriter.Bytes("laser", List.of(0, 31, 255)));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void columnsAreReadPlainAndCompressed(boolean compressed) throws IOException {
    Path file = folder.resolve("a.feather");
    FeatherWriter.write(file, compressed, COLUMNS);
    Columns table = Columns.read(file, Set.of("category", "laser", "x"));
    assertThat(table.rows()).isEqualTo(3);
    assertThat(table.text("category", 0)).isEqualTo("BUS");
    assertThat(table.text("category", 1)).isEmpty();
    assertThat(table.text("category", 2)).isEqualTo("Zürich");
    assertThat(table.number("x", 1)).isEqualTo(-2);
    assertThat(table.number("x", 2)).isEqualTo(1024);
    assertThat(table.integer("laser", 2)).isEqualTo(255);
    assertThatThrownBy(() -> table.integer("category", 0))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("row 1");
    assertThatThrownBy(() -> Columns.read(file, Set.of("y"))).hasMessageContaining("no column 'y'");
  }

  @Test
  void damagedFilesAreFoundOrHarmless() throws IOException {
    Path file = folder.resolve("a.feather");
    FeatherWriter.write(file, true, COLUMNS);
    byte[] whole = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(7);
    int found = 0;
    for (int trial = 0; trial < 2000; trial++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      if (trial % 10 == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      }
      Files.write(file, damaged);
      try {
        Columns table = Columns.read(file, Set.of("category", "laser", "x"));
        for (int row = 0; row < Math.min(3, table.rows()); row++) {
          table.text("category", row);
          table.number("x", row);
        }
      } catch (DriveDistillException | NumberFormatException e) {
        found++;
      }
    }
    assertThat(found).isGreaterThan(200);
  }
}
