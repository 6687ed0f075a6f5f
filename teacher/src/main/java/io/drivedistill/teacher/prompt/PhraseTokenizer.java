package io.drivedistill.teacher.prompt;

import io.drivedistill.core.DriveDistillException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A small fixed vocabulary of whole phrases, for teachers that are trained from scratch: text is
 * cut into the phrases that stand between its commas, each one token. The id of a phrase is its
 * place in the list.
 */
public final class PhraseTokenizer implements PromptTokenizer {
  private final List<String> phrases;
  private final Map<String, Integer> ids = new HashMap<>();

  /** Uses these phrases; the first has id 0. */
  public PhraseTokenizer(List<String> phrases) {
    this.phrases = List.copyOf(phrases);
    for (String phrase : phrases) {
      if (ids.put(phrase, ids.size()) != null) {
        throw new IllegalArgumentException("Phrase '" + phrase + "' stands twice in the list");
      }
    }
  }

  /** Number of ids. */
  public int size() {
    return phrases.size();
  }

  @Override
  public long[] encode(String text) {
    List<Long> tokens = new ArrayList<>();
    for (String part : text.split(",")) {
      String phrase = part.strip();
      if (phrase.isEmpty()) {
        continue;
      }
      Integer id = ids.get(phrase);
      if (id == null) {
        throw new DriveDistillException(
            "The teacher's vocabulary of " + size() + " phrases lacks '" + phrase + "'",
            "Maybe the checkpoint was made with another prompt; train the teacher anew.");
      }
      tokens.add((long) id);
    }
    return tokens.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public String signature() {
    return "phrases:" + String.join("|", phrases);
  }
}
