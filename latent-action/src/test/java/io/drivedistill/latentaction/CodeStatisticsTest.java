package io.drivedistill.latentaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeStatisticsTest {
  @TempDir private Path folder;

  @Test
  void probeFindsWhatCodesSayAndNothingElse() {
    SplittableRandom random = new SplittableRandom(4);
    int[][] codes = new int[400][2];
    double[][] targets = new double[400][2];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = new int[] {random.nextInt(4), random.nextInt(4)};
      targets[i][0] = 3 * codes[i][0] - codes[i][1] + 0.1 * random.nextGaussian();
      targets[i][1] = random.nextGaussian();
    }
    int[][] train = java.util.Arrays.copyOfRange(codes, 0, 300);
    int[][] test = java.util.Arrays.copyOfRange(codes, 300, 400);
    double[][] trainTargets = java.util.Arrays.copyOfRange(targets, 0, 300);
    double[][] testTargets = java.util.Arrays.copyOfRange(targets, 300, 400);
    double[] score = LinearProbe.rSquared(train, trainTargets, test, testTargets, 4, 0.01);
    assertThat(score[0]).isGreaterThan(0.99);
    assertThat(score[1]).isCloseTo(0, within(0.1));
  }

  @Test
  void healthOfEvenUnevenAndCollapsedCodebooks() {
    CodebookHealth even = CodebookHealth.of(new int[][] {{0, 1}, {2, 3}}, 4);
    assertThat(even.perplexity()).isCloseTo(4, within(1e-9));
    assertThat(even.tokenPerplexity().get(0)).isCloseTo(2, within(1e-9));
    assertThat(even.used()).isEqualTo(4);
    CodebookHealth collapsed = CodebookHealth.of(new int[][] {{1, 1}, {1, 1}}, 4);
    assertThat(collapsed.perplexity()).isCloseTo(1, within(1e-9));
    assertThatCode(() -> even.requireAlive("ego", 2)).doesNotThrowAnyException();
    assertThatThrownBy(() -> collapsed.requireAlive("ego", 2))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("ego codebook collapsed: 1 of 4 codes")
        .hasMessageContaining("Maybe restart dead codes more often");
  }

  @Test
  void codesOfScenesSurviveTheDiskAndDamageIsFound() throws Exception {
    Map<String, SceneCodes.Scene> scenes = new LinkedHashMap<>();
    scenes.put("b", new SceneCodes.Scene("log", "b", List.of(1, 2, 3)));
    scenes.put("a", new SceneCodes.Scene("log", "a", List.of(4, 5, 6)));
    SceneCodes.Header header =
        SceneCodes.header(ContentKey.of("test").build(), LatentActionSettings.small(42, 70));
    SceneCodes written = new SceneCodes(header, scenes);
    Path file = folder.resolve("codes.jsonl");
    written.write(file);
    SceneCodes read = SceneCodes.read(file);
    assertThat(read).isEqualTo(written);
    assertThat(List.copyOf(read.scenes().keySet())).containsExactly("b", "a");
    assertThat(read.of("a")).hasValueSatisfying(c -> assertThat(c).containsExactly(4, 5, 6));
    assertThat(read.of("c")).isEmpty();

    String text = Files.readString(file);
    for (String damaged :
        List.of(
            text.replace("[4,5,6]", "[4,5,7]"), text.substring(0, text.length() / 2), "", "\n")) {
      Files.writeString(file, damaged);
      assertThatThrownBy(() -> SceneCodes.read(file))
          .isInstanceOf(DriveDistillException.class)
          .hasMessageContaining("codes.jsonl")
          .hasMessageContaining("Maybe ");
    }
  }
}
