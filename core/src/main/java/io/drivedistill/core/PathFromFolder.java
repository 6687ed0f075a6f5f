package io.drivedistill.core;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads a path of a config; a relative one is taken from the config's folder. */
final class PathFromFolder extends StdScalarDeserializer<Path> {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Path folder;

  PathFromFolder(Path folder) {
    super(Path.class);
    this.folder = folder;
  }

  @Override
  public Path deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    String text = parser.getValueAsString();
    if (text == null || text.isBlank()) {
      return (Path) context.handleUnexpectedToken(Path.class, parser);
    }
    try {
      return folder.resolve(text).normalize();
    } catch (InvalidPathException e) {
      return (Path) context.handleWeirdStringValue(Path.class, text, e.getMessage());
    }
  }
}
