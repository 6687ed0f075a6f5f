package io.drivedistill.student;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.io.IOException;
import java.util.Map;

/**
 * A kind of student with its sizes.
 *
 * @param <C> record with the sizes
 */
@JsonDeserialize(using = StudentChoice.Reader.class)
public record StudentChoice<C extends Record>(StudentKind<C> kind, C config) {
  /**
   * A kind in the sizes of one of its presets.
   *
   * @throws io.drivedistill.core.DriveDistillException if there is no such kind or preset
   */
  public static StudentChoice<?> named(String kind, String preset) {
    return preset(StudentKind.named(kind), preset);
  }

  private static <C extends Record> StudentChoice<C> preset(StudentKind<C> kind, String preset) {
    return new StudentChoice<>(kind, kind.sizes(preset));
  }

  /** A student without weights. */
  public Student create() {
    return kind.create(config);
  }

  /** How scenes become what the student takes. */
  public SceneSamples samples() {
    return kind.samples(config);
  }

  /** Name and sizes, all that a student's shape depends on. */
  @JsonValue
  public Map<String, C> settings() {
    return Map.of(kind.name(), config);
  }

  /** Binds the block under a kind's name to the record of that kind. */
  static final class Reader extends JsonDeserializer<StudentChoice<?>> {
    @Override
    public StudentChoice<?> deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return read(StudentKind.named(parser.currentName()), parser, context);
    }

    private static <C extends Record> StudentChoice<C> read(
        StudentKind<C> kind, JsonParser parser, DeserializationContext context) throws IOException {
      return new StudentChoice<>(kind, context.readValue(parser, kind.configType()));
    }
  }
}
