package io.drivedistill.teacher.prompt;

/** Turns text into token ids. */
public interface PromptTokenizer {
  /**
   * Ids of a text; special tokens may stand in it by name.
   *
   * @throws io.drivedistill.core.DriveDistillException if the text cannot be expressed
   */
  long[] encode(String text);

  /** Names the vocabulary, for content keys. */
  String signature();
}
