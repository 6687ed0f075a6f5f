package io.drivedistill.teacher.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.teacher.Fixtures;
import io.drivedistill.teacher.TeacherInput;
import io.drivedistill.teacher.action.SmallTeachers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptTest {
  private final PhraseTokenizer tokenizer = new PhraseTokenizer(DrivingPrompt.phrases());
  @TempDir private Path folder;

  @Test
  void theVocabularyHoldsEveryPhraseOfThePrompt() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 20; i++) {
      for (String text : words(new DrivingPrompt(false), SmallTeachers.scene(random, "s"))) {
        assertThat(tokenizer.encode(text)).isNotEmpty();
      }
    }
  }

  @Test
  void numbersAreRoundedAndBounded() {
    assertThat(tokenizer.encode("speed 25.0, turning -40.0, acceleration -0.5, go left"))
        .hasSize(4)
        .doesNotHaveDuplicates();
  }

  @Test
  void unknownPhrasesAreNamed() {
    assertThatThrownBy(() -> tokenizer.encode("fly"))
        .isInstanceOf(DriveDistillException.class)
        .hasMessageContaining("'fly'");
  }

  @Test
  void thePublishedTokenizerReadsTheChatPrompt() throws Exception {
    Path packed = Fixtures.shared("data/qwen-tokenizer/qwen3-tokenizer.json.gz");
    Path file = folder.resolve("tokenizer.json");
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
      Files.copy(in, file);
    }
    try (JsonTokenizer published = JsonTokenizer.read(file)) {
      List<String> words =
          words(new DrivingPrompt(true), SmallTeachers.scene(new SplittableRandom(4), "s"));
      long[] system = published.encode(words.get(0));
      assertThat(system).startsWith(151644, 8948, 198).contains(151645);
      long[] question = published.encode(words.get(words.size() - 1));
      assertThat(question).containsExactly(151645, 198, 151644, 77091, 198);
      assertThat(published.encode("<|vision_start|><|image_pad|><|vision_end|>"))
          .containsExactly(151652, 151655, 151653);
    }
  }

  private static List<String> words(DrivingPrompt prompt, TeacherInput input) {
    return prompt.parts(input).stream()
        .filter(DrivingPrompt.Words.class::isInstance)
        .map(part -> ((DrivingPrompt.Words) part).text())
        .toList();
  }
}
