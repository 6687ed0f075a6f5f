package io.drivedistill.nn.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.drivedistill.core.DriveDistillException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code config.json} of a fixture says of its model. Every option is read by whoever builds
 * the model, or declared as mere documentation; others are listed beside the results. Not thread
 * safe.
 */
public final class FixtureOptions {
  private static final Pattern STRIDES = Pattern.compile(".*tokens ::(\\d+), channels ::(\\d+).*");

  private static final Set<String> DOCUMENTATION =
      Set.of(
          "model",
          "oracle",
          "seed",
          "name",
          "split",
          "tensors",
          "scalars",
          "f32_noise",
          "note",
          "notes",
          "key_note",
          "key_layout",
          "prefix_in_published_checkpoint");

  private final JsonNode node;
  private final String where;
  private final Set<String> read = new HashSet<>();
  private final Map<String, FixtureOptions> parts = new LinkedHashMap<>();

  private FixtureOptions(JsonNode node, String where) {
    this.node = node;
    this.where = where;
  }

  static FixtureOptions of(JsonNode root, String where) {
    FixtureOptions options = new FixtureOptions(root, where);
    options.read.addAll(DOCUMENTATION);
    return options;
  }

  /** Whether the option is there and not null. */
  public boolean has(String name) {
    read.add(name);
    return node.hasNonNull(name);
  }

  /** A whole number. */
  public int integer(String name) {
    JsonNode value = value(name);
    if (!value.canConvertToExactIntegral() || !value.canConvertToInt()) {
      throw wrong(name, value, "a whole number");
    }
    return value.intValue();
  }

  /** A whole number, or the default where it is absent. */
  public int integer(String name, int byDefault) {
    return has(name) ? integer(name) : byDefault;
  }

  /** A number. */
  public double number(String name) {
    JsonNode value = value(name);
    if (!value.isNumber()) {
      throw wrong(name, value, "a number");
    }
    return value.doubleValue();
  }

  /** A number, or the default where it is absent. */
  public double number(String name, double byDefault) {
    return has(name) ? number(name) : byDefault;
  }

  /** True or false. */
  public boolean flag(String name) {
    JsonNode value = value(name);
    if (!value.isBoolean()) {
      throw wrong(name, value, "true or false");
    }
    return value.booleanValue();
  }

  /** True or false, or the default where it is absent. */
  public boolean flag(String name, boolean byDefault) {
    return has(name) ? flag(name) : byDefault;
  }

  /** A text. */
  public String text(String name) {
    JsonNode value = value(name);
    if (!value.isTextual()) {
      throw wrong(name, value, "a text");
    }
    return value.textValue();
  }

  /** A text, or the default where it is absent. */
  public String text(String name, String byDefault) {
    return has(name) ? text(name) : byDefault;
  }

  /** A list of whole numbers. */
  public List<Integer> integers(String name) {
    List<Integer> values = new ArrayList<>();
    for (JsonNode value : list(name)) {
      if (!value.canConvertToExactIntegral() || !value.canConvertToInt()) {
        throw wrong(name, value, "whole numbers");
      }
      values.add(value.intValue());
    }
    return values;
  }

  /** A list of numbers. */
  public List<Double> numbers(String name) {
    List<Double> values = new ArrayList<>();
    for (JsonNode value : list(name)) {
      if (!value.isNumber()) {
        throw wrong(name, value, "numbers");
      }
      values.add(value.doubleValue());
    }
    return values;
  }

  /** A list of texts. */
  public List<String> texts(String name) {
    List<String> values = new ArrayList<>();
    list(name).forEach(value -> values.add(value.asText()));
    return values;
  }

  private JsonNode list(String name) {
    JsonNode values = value(name);
    if (!values.isArray()) {
      throw wrong(name, values, "a list");
    }
    return values;
  }

  /** Options below an option. */
  public FixtureOptions part(String name) {
    JsonNode value = value(name);
    if (!value.isObject()) {
      throw wrong(name, value, "an object");
    }
    return parts.computeIfAbsent(name, key -> new FixtureOptions(value, where + " " + key));
  }

  /** Names of the options at this level. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** A tree for a reader that judges it itself. */
  public JsonNode tree(String name) {
    return value(name);
  }

  /** Declares options that only explain. */
  public void documentation(String... names) {
    read.addAll(List.of(names));
  }

  /**
   * Declares that the model has only these values of an option; absent is fine.
   *
   * @throws DriveDistillException if the fixture has another
   */
  public void only(String name, Object... understood) {
    if (!has(name)) {
      return;
    }
    JsonNode value = node.get(name);
    Object found =
        value.isBoolean()
            ? value.booleanValue()
            : value.isNumber() ? value.doubleValue() : value.asText();
    boolean known =
        Arrays.stream(understood)
            .map(each -> each instanceof Number number ? number.doubleValue() : each)
            .anyMatch(each -> Objects.equals(each, found));
    if (!known) {
      throw new DriveDistillException(
          where
              + ": "
              + name
              + " is "
              + value
              + "; this program has "
              + Arrays.toString(understood),
          "Maybe the fixture is newer than this program.");
    }
  }

  /** Options nobody read, by their paths. */
  List<String> unread() {
    List<String> unread = new ArrayList<>();
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (parts.containsKey(name)) {
        parts.get(name).unread().forEach(inner -> unread.add(name + "." + inner));
      } else if (!read.contains(name)) {
        unread.add(name);
      }
    }
    return unread;
  }

  private JsonNode value(String name) {
    if (!has(name)) {
      throw new DriveDistillException(
          where + " lacks '" + name + "'",
          "Maybe the fixture is damaged, or newer than this program.");
    }
    return node.get(name);
  }

  private DriveDistillException wrong(String name, JsonNode value, String expected) {
    return new DriveDistillException(
        where + ": " + name + " is " + value + ", expected " + expected,
        "Maybe the fixture is damaged, or newer than this program.");
  }

  /**
   * The stored part of a large tensor: every n-th token and channel, as {@code strides} says.
   *
   * @param lead indices of the axes before the tokens, such as {@code ":"}
   * @throws DriveDistillException if the strides are not understood
   */
  public String thinned(String lead) {
    String text = text("strides");
    Matcher strides = STRIDES.matcher(text);
    if (!strides.matches()) {
      throw new DriveDistillException(
          where + ": the strides '" + text + "' are not understood",
          "Maybe the fixture is newer than this program.");
    }
    return lead + ", ::" + strides.group(1) + ", ::" + strides.group(2);
  }
}
