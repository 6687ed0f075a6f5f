package io.drivedistill.navsim.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreTableTest {
  private static ScoreTable table(String scorer, String split) {
    return new ScoreTable(
        scorer,
        split,
        1,
        List.of("comfort", "score"),
        List.of(
            new ScoreRow("aa", "human", List.of(1.0, 0.1 + 0.2)),
            new ScoreRow("aa", "student c", List.of(0.0, 1.0 / 3)),
            new ScoreRow("bb", "human", List.of(1.0, 0.5))));
  }

  @Test
  void survivesTheDiskBitForBit(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("scores.csv");
    ScoreTable table = table("pdms-v1.1", "dev");
    ScoreTableFile.write(file, table);
    assertThat(ScoreTableFile.read(file)).isEqualTo(table);
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "token,name,comfort,score",
            "aa,human,1.0,0.30000000000000004",
            "aa,student c,0.0,0.3333333333333333",
            "bb,human,1.0,0.5");
    assertThat(folder.resolve("scores.csv.json")).content().contains("\"pdms-v1.1\"");
  }

  @Test
  void meansAndColumnsArePerName() {
    ScoreTable table = table("pdms-v1.1", "dev");
    assertThat(table.names()).containsExactly("human", "student c");
    assertThat(table.means("human")).containsExactly(1.0, (0.1 + 0.2 + 0.5) / 2);
    assertThat(table.column("human", "score").keySet()).containsExactly("aa", "bb");
    assertThat(table.meanScore("student c")).isEqualTo(1.0 / 3);
  }

  @Test
  void differentScorersOrSplitsAreNotCompared() {
    ScoreTable table = table("pdms-v1.1", "dev");
    table.requireComparable(table("pdms-v1.1", "dev"));
    assertThatThrownBy(() -> table.requireComparable(table("epdms-v2", "dev")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("epdms-v2");
    assertThatThrownBy(() -> table.requireComparable(table("pdms-v1.1", "test")))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("'test'");
  }

  @Test
  void damageIsFound(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("scores.csv");
    ScoreTableFile.write(file, table("pdms-v1.1", "dev"));
    String whole = Files.readString(file);
    for (int length = 0; length < whole.length(); length++) {
      Files.writeString(file, whole.substring(0, length));
      assertThatThrownBy(() -> ScoreTableFile.read(file))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("scores.csv");
    }
    assertThatThrownBy(
            () ->
                ScoreTableFile.write(
                    file,
                    new ScoreTable(
                        "s",
                        "d",
                        0,
                        List.of("score"),
                        List.of(new ScoreRow("a", "x,y", List.of(1.0))))))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("x,y");
  }
}
