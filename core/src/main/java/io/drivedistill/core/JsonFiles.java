package io.drivedistill.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small JSON artefacts: records in, the same bytes out every time, whole or not at all. */
public final class JsonFiles {
  static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFiles() {}

  /** Writes a record or map as indented JSON; maps are sorted by key. */
  public static void write(Path file, Object value) {
    AtomicFiles.writeText(file, text(value) + "\n");
  }

  /** The JSON that {@link #write} writes. */
  public static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "A " + value.getClass().getSimpleName() + " cannot be written as JSON", e);
    }
  }

  /**
   * Reads a record that {@link #write} wrote.
   *
   * @throws DriveDistillException if the file is missing or damaged
   */
  public static <T> T read(Path file, Class<T> type) {
    try {
      T value = JSON.readValue(Files.readString(file, StandardCharsets.UTF_8), type);
      if (value != null) {
        return value;
      }
      throw new IOException("it holds null");
    } catch (IOException e) {
      String detail =
          e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
      throw new DriveDistillException(
          "Not a readable " + type.getSimpleName() + ": " + file.toAbsolutePath() + ": " + detail,
          "Maybe the file was edited, cut short or written by another version; delete it and run"
              + " the step that writes it again.",
          e);
    }
  }

  /**
   * Reads a record from a text that {@link #text} gave.
   *
   * @param source where the text comes from, for the error
   * @throws DriveDistillException if the text does not fit the record
   */
  public static <T> T parse(String source, String text, Class<T> type) {
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new DriveDistillException(
          "Not a readable "
              + type.getSimpleName()
              + " in "
              + source
              + ": "
              + e.getOriginalMessage(),
          "Maybe it was written by another version; make it anew.",
          e);
    }
  }
}
