package io.drivedistill.teacher.prompt;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.drivedistill.core.ContentKey;
import io.drivedistill.core.DriveDistillException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A Hugging Face {@code tokenizer.json}, as published with Qwen2.5-VL. */
public final class JsonTokenizer implements PromptTokenizer, AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final String signature;

  private JsonTokenizer(HuggingFaceTokenizer tokenizer, String signature) {
    this.tokenizer = tokenizer;
    this.signature = signature;
  }

  /**
   * Reads the file.
   *
   * @throws DriveDistillException if it is missing or damaged
   */
  public static JsonTokenizer read(Path file) {
    ContentKey key = ContentKey.ofFile(file);
    try {
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(
              file, Map.of("addSpecialTokens", "false", "truncation", "false"));
      return new JsonTokenizer(tokenizer, "tokenizer.json:" + key.hex());
    } catch (IOException | RuntimeException e) {
      throw new DriveDistillException(
          "Could not read the tokenizer " + file.toAbsolutePath() + ": " + e.getMessage(),
          "Maybe the download stopped early; get the model folder's tokenizer.json again.",
          e);
    }
  }

  @Override
  public long[] encode(String text) {
    return tokenizer.encode(text, false, false).getIds();
  }

  @Override
  public String signature() {
    return signature;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
