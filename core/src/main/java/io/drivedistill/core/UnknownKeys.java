package io.drivedistill.core;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks for keys that a record does not have, before anything is bound: a misspelt key would
 * otherwise be reported as the missing of the right one. Types that are not records, lists, maps or
 * optional values of records, or that have a reader of their own, are left to the binding.
 */
final class UnknownKeys {
  private final Path file;
  private final ObjectMapper mapper;

  UnknownKeys(Path file, ObjectMapper mapper) {
    this.file = file;
    this.mapper = mapper;
  }

  void refuse(String text, Class<?> type) throws IOException {
    try (JsonParser parser = mapper.createParser(text)) {
      if (parser.nextToken() != null) {
        check(parser, mapper.constructType(type), "");
      }
    }
  }

  private void check(JsonParser parser, JavaType type, String prefix) throws IOException {
    JavaType content = type.isReferenceType() ? type.getReferencedType() : type;
    boolean ownReader = content.getRawClass().isAnnotationPresent(JsonDeserialize.class);
    if (ownReader) {
      parser.skipChildren();
    } else if (parser.currentToken() == JsonToken.START_OBJECT && content.isRecordType()) {
      checkRecord(parser, content, prefix);
    } else if (parser.currentToken() == JsonToken.START_OBJECT && content.isMapLikeType()) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = prefix + parser.currentName() + ".";
        parser.nextToken();
        check(parser, content.getContentType(), name);
      }
    } else if (parser.currentToken() == JsonToken.START_ARRAY && content.isCollectionLikeType()) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        check(parser, content.getContentType(), prefix);
      }
    } else {
      parser.skipChildren();
    }
  }

  private void checkRecord(JsonParser parser, JavaType type, String prefix) throws IOException {
    Map<String, JavaType> known = new TreeMap<>();
    List<BeanPropertyDefinition> properties =
        mapper.getDeserializationConfig().introspect(type).findProperties();
    properties.forEach(property -> known.put(property.getName(), property.getPrimaryType()));
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (!known.containsKey(name)) {
        throw new DriveDistillException(
            "Unknown key '"
                + prefix
                + name
                + "' in "
                + file.toAbsolutePath()
                + ", line "
                + parser.currentTokenLocation().getLineNr(),
            NearestName.of(name, known.keySet())
                .map(near -> "Maybe you meant '" + near + "'.")
                .orElse("Maybe one of " + String.join(", ", known.keySet()) + "."));
      }
      parser.nextToken();
      check(parser, known.get(name), prefix + name + ".");
    }
  }
}
