package io.drivedistill.core;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The JSON header of a safetensors file. Reading accepts exactly what the reference implementation
 * accepts: every byte of the data section belongs to one tensor, so a shifted or shortened file
 * cannot be taken for a whole one.
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  /** Larger headers are refused, as by the reference implementation. */
  static final long MAX_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  record Entry(TensorInfo info, long begin) {}

  /** Thrown for a damaged header; the caller adds the file's name. */
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;

    Damaged(String message) {
      super(message);
    }
  }

  static SafetensorsHeader parse(byte[] json, long dataBytes) throws Damaged {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new Damaged("its header is not valid JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new Damaged("its header cannot be decoded: " + e.getMessage());
    }
    if (!root.isObject()) {
      throw new Damaged("its header is not a JSON object");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals(METADATA)) {
        readMetadata(field.getValue(), metadata);
      } else {
        entries.put(field.getKey(), readEntry(field.getKey(), field.getValue(), dataBytes));
      }
    }
    requireGapless(entries, dataBytes);
    return new SafetensorsHeader(
        Collections.unmodifiableMap(entries), Collections.unmodifiableMap(metadata));
  }

  private static void readMetadata(JsonNode node, Map<String, String> metadata) throws Damaged {
    if (!node.isObject()) {
      throw new Damaged("its metadata is not a JSON object");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getValue().isTextual()) {
        throw new Damaged("its metadata '" + field.getKey() + "' is not text");
      }
      metadata.put(field.getKey(), field.getValue().textValue());
    }
  }

  private static Entry readEntry(String name, JsonNode node, long dataBytes) throws Damaged {
    String where = "tensor '" + name + "' ";
    Dtype dtype = readDtype(where, node.path("dtype").asText());
    List<Long> shape = readLongs(where + "has no valid shape", node.path("shape"));
    List<Long> offsets = readLongs(where + "has no valid data_offsets", node.path("data_offsets"));
    if (offsets.size() != 2) {
      throw new Damaged(where + "has " + offsets.size() + " data_offsets instead of 2");
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin > end || end > dataBytes) {
      throw new Damaged(
          where + "lies at bytes " + begin + " to " + end + " of " + dataBytes + " bytes of data");
    }
    long expected = dtype.bytes();
    try {
      for (long size : shape) {
        expected = Math.multiplyExact(expected, size);
      }
    } catch (ArithmeticException e) {
      throw new Damaged(where + "has the impossible shape " + shape);
    }
    if (expected != end - begin) {
      throw new Damaged(
          where + "is " + dtype + shape + " (" + expected + " bytes) but has " + (end - begin));
    }
    return new Entry(new TensorInfo(dtype, shape, expected), begin);
  }

  private static Dtype readDtype(String where, String name) throws Damaged {
    for (Dtype dtype : Dtype.values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    throw new Damaged(
        where + "has dtype '" + name + "', not one of " + Arrays.toString(Dtype.values()));
  }

  private static List<Long> readLongs(String problem, JsonNode array) throws Damaged {
    if (!array.isArray()) {
      throw new Damaged(problem);
    }
    List<Long> values = new ArrayList<>();
    for (JsonNode value : array) {
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw new Damaged(problem + ": " + array);
      }
      values.add(value.longValue());
    }
    return values;
  }

  private static void requireGapless(Map<String, Entry> entries, long dataBytes) throws Damaged {
    List<Map.Entry<String, Entry>> ordered =
        entries.entrySet().stream()
            .sorted(
                Comparator.comparingLong(
                        (Map.Entry<String, Entry> named) -> named.getValue().begin())
                    .thenComparingLong(named -> named.getValue().info().bytes()))
            .collect(Collectors.toList());
    long position = 0;
    for (Map.Entry<String, Entry> named : ordered) {
      long begin = named.getValue().begin();
      if (begin != position) {
        throw new Damaged(
            "tensor '"
                + named.getKey()
                + "' starts at byte "
                + begin
                + (begin < position ? ", inside the tensor before it" : ", after unused bytes")
                + " (expected "
                + position
                + ")");
      }
      position = begin + named.getValue().info().bytes();
    }
    if (position != dataBytes) {
      throw new Damaged("it has " + dataBytes + " bytes of data, its tensors use " + position);
    }
  }

  /** The header as bytes, padded with spaces so that the data starts at a multiple of eight. */
  byte[] toBytes() {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode node = root.putObject(METADATA);
      metadata.forEach(node::put);
    }
    entries.forEach(
        (name, entry) -> {
          ObjectNode node = root.putObject(name);
          node.put("dtype", entry.info().dtype().name());
          var shape = node.putArray("shape");
          entry.info().shape().forEach(shape::add);
          node.putArray("data_offsets")
              .add(entry.begin())
              .add(entry.begin() + entry.info().bytes());
        });
    try {
      byte[] json = JSON.writeValueAsBytes(root);
      byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
      Arrays.fill(padded, json.length, padded.length, (byte) ' ');
      return padded;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A header of text and numbers is always valid JSON", e);
    }
  }
}
