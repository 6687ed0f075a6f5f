package io.drivedistill.core;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Binds a YAML file to a record whose component names are the keys.
 *
 * <ul>
 *   <li>Every component is required unless its type is {@link Optional}: a config says everything
 *       that a result depends on.
 *   <li>Unknown and repeated keys are errors.
 *   <li>A {@link Path} that is relative is taken from the folder of the config file, so a config
 *       means the same whatever the current directory is. Nothing else of the environment enters.
 *   <li>A record checks its values in its compact constructor and throws {@link
 *       IllegalArgumentException}; the message reaches the user with file, line and key.
 * </ul>
 */
public final class YamlConfig {
  private static final Set<Class<?>> WHOLE_NUMBERS =
      Set.of(int.class, Integer.class, long.class, Long.class);
  private static final Set<Class<?>> NUMBERS =
      Set.of(double.class, Double.class, float.class, Float.class);

  private YamlConfig() {}

  /**
   * Reads a config.
   *
   * @throws DriveDistillException if the file is missing, is not YAML or does not fit the record
   */
  public static <T> T read(Path file, Class<T> type) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DriveDistillException(
          "Could not read the config " + file.toAbsolutePath() + ": " + describe(e),
          "Maybe the path is misspelt; it is taken from the current directory.",
          e);
    }
    Path folder = Objects.requireNonNull(file.toAbsolutePath().normalize().getParent());
    try {
      ObjectMapper mapper = mapper(folder);
      new UnknownKeys(file, mapper).refuse(text, type);
      T config = mapper.readValue(text, type);
      if (config == null) {
        throw new DriveDistillException(
            "The config " + file.toAbsolutePath() + " is empty",
            "Maybe start from one of the files in configs/.");
      }
      return config;
    } catch (JsonProcessingException e) {
      throw explain(file, text, e);
    } catch (IOException e) {
      throw new UncheckedIOException("Text in memory can always be read", e);
    }
  }

  private static String describe(IOException e) {
    return e instanceof NoSuchFileException ? "there is no such file" : e.toString();
  }

  private static ObjectMapper mapper(Path folder) {
    SimpleModule paths = new SimpleModule();
    paths.addDeserializer(Path.class, new PathFromFolder(folder));
    return YAMLMapper.builder(YAMLFactory.builder().build())
        .addModule(new Jdk8Module())
        .addModule(paths)
        .annotationIntrospector(new EverythingIsRequired())
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .build();
  }

  private static DriveDistillException explain(Path file, String text, JsonProcessingException e) {
    String where = file.toAbsolutePath() + lineOf(e.getLocation());
    String compare = "Maybe compare with the files in configs/, which hold every key.";
    if (e instanceof ValueInstantiationException refused && refused.getCause() != null) {
      if (refused.getCause() instanceof DriveDistillException already) {
        return already;
      }
      String whose = refused.getPath().isEmpty() ? "the config" : "'" + keyOf(refused) + "'";
      return new DriveDistillException(
          whose + " in " + where + ": " + refused.getCause().getMessage(), compare, e);
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      List<String> known =
          unknown.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList();
      return new DriveDistillException(
          "Unknown key '" + keyOf(unknown) + "' in " + where,
          NearestName.of(unknown.getPropertyName(), known)
              .map(near -> "Maybe you meant '" + near + "'.")
              .orElse("Maybe one of " + String.join(", ", known) + "."),
          e);
    }
    if (e instanceof MismatchedInputException mismatch) {
      if (isMissing(mismatch)) {
        return new DriveDistillException(
            "'" + keyOf(mismatch) + "' has no value in " + where, compare, e);
      }
      return new DriveDistillException(
          "'"
              + keyOf(mismatch)
              + "' in "
              + where
              + " must be "
              + forPeople(mismatch.getTargetType())
              + ", found \""
              + sourceLine(text, e.getLocation())
              + "\"",
          compare,
          e);
    }
    return new DriveDistillException(
        "Not valid YAML: " + where + ": " + e.getOriginalMessage(),
        "Maybe the indentation is wrong, a key is repeated, or a quote or bracket is not closed.",
        e);
  }

  private static boolean isMissing(MismatchedInputException e) {
    String message = e.getOriginalMessage();
    return message.startsWith("Missing required creator property")
        || message.startsWith("Null value for creator property")
        || message.startsWith("Cannot map `null`")
        || message.startsWith("Cannot coerce empty String");
  }

  private static String forPeople(Class<?> type) {
    if (type == null) {
      return "something else";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(String::valueOf)
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (WHOLE_NUMBERS.contains(type)) {
      return "a whole number";
    }
    if (NUMBERS.contains(type)) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "a list";
    }
    return type.isRecord() || Map.class.isAssignableFrom(type) ? "a block of keys" : "text";
  }

  private static String sourceLine(String text, JsonLocation location) {
    List<String> lines = text.lines().toList();
    int line = location == null ? 0 : location.getLineNr();
    return line < 1 || line > lines.size() ? "" : lines.get(line - 1).strip();
  }

  private static String lineOf(JsonLocation location) {
    return location == null ? "" : ", line " + location.getLineNr();
  }

  private static String keyOf(JsonMappingException e) {
    StringBuilder key = new StringBuilder();
    for (JsonMappingException.Reference reference : e.getPath()) {
      if (reference.getFieldName() == null) {
        key.append('[').append(reference.getIndex()).append(']');
      } else {
        key.append(key.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return key.toString();
  }

  private static final class EverythingIsRequired extends JacksonAnnotationIntrospector {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasRequiredMarker(AnnotatedMember member) {
      return !Optional.class.isAssignableFrom(member.getRawType());
    }
  }
}
