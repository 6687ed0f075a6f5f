package io.drivedistill.navsim.imported;

import com.fasterxml.jackson.databind.JsonNode;

/** Values that a JSON file must have; what is missing or of another kind is named. */
final class JsonTree {
  private JsonTree() {}

  static JsonNode list(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isArray()) {
      throw new IllegalArgumentException("expected a list '" + key + "'");
    }
    return value;
  }

  static String text(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("expected a text '" + key + "'");
    }
    return value.textValue();
  }

  static double number(JsonNode node, String key) {
    return finite(node.path(key), "'" + key + "'");
  }

  static double number(JsonNode node, int index) {
    return finite(node.path(index), "a number in a list");
  }

  private static double finite(JsonNode value, String what) {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw new IllegalArgumentException("expected " + what + " as a number, found " + value);
    }
    return value.doubleValue();
  }

  static int count(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.canConvertToInt() || value.intValue() < 0) {
      throw new IllegalArgumentException("expected '" + key + "' as a whole number");
    }
    return value.intValue();
  }
}
