package io.drivedistill.export.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Attributes of one ONNX node, in the order they were put. */
public final class Attributes {
  private final Map<String, AttributeProto> byName = new LinkedHashMap<>();

  /** No attributes. */
  public static Attributes none() {
    return new Attributes();
  }

  /** One integer to start with. */
  public static Attributes of(String name, long value) {
    return none().and(name, value);
  }

  /** One list of integers to start with. */
  public static Attributes of(String name, long[] values) {
    return none().and(name, values);
  }

  /** One number to start with. */
  public static Attributes of(String name, float value) {
    return none().and(name, value);
  }

  /** One text to start with. */
  public static Attributes of(String name, String value) {
    return none().and(name, value);
  }

  /** Adds an integer. */
  public Attributes and(String name, long value) {
    return put(named(name, AttributeProto.AttributeType.INT).setI(value));
  }

  /** Adds a list of integers. */
  public Attributes and(String name, long[] values) {
    AttributeProto.Builder builder = named(name, AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(builder::addInts);
    return put(builder);
  }

  /** Adds a number. */
  public Attributes and(String name, float value) {
    return put(named(name, AttributeProto.AttributeType.FLOAT).setF(value));
  }

  /** Adds a text. */
  public Attributes and(String name, String value) {
    return put(
        named(name, AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(value)));
  }

  /** Adds a list of texts. */
  public Attributes and(String name, List<String> values) {
    AttributeProto.Builder builder = named(name, AttributeProto.AttributeType.STRINGS);
    values.forEach(value -> builder.addStrings(ByteString.copyFromUtf8(value)));
    return put(builder);
  }

  Iterable<AttributeProto> protos() {
    return byName.values();
  }

  private Attributes put(AttributeProto.Builder attribute) {
    byName.put(attribute.getName(), attribute.build());
    return this;
  }

  private static AttributeProto.Builder named(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }
}
