package io.drivedistill.nn.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.nn.Inference;
import io.drivedistill.nn.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Weights by formula, so that a network of real size can be compared without its gigabytes: every
 * value follows from the tensor's name and the element's index alone. A hash of the name seeds a
 * counter-based generator (SplitMix64) whose upper 24 bits make a number u in [-1, 1) that float32
 * holds exactly; rules turn u into a value of sensible size.
 */
public final class FormulaWeights {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private enum Kind {
    CONST,
    OFFSET,
    FANIN,
    SKIP
  }

  private record Rule(Pattern pattern, int dimensions, Kind kind, double scale, double offset) {
    boolean matches(String name, long[] shape) {
      return switch (dimensions) {
        case 1 -> shape.length == 1;
        case 2 -> shape.length >= 2;
        default -> pattern.matcher(name).find();
      };
    }
  }

  private final List<Rule> rules;

  private FormulaWeights(List<Rule> rules) {
    this.rules = rules;
  }

  /**
   * Reads rules {@code [regex, kind, scale, offset]}; the first that matches a name counts. The
   * regex may be {@code <ndim==1>} or {@code <ndim>=2>}, then the shape decides.
   */
  public static FormulaWeights of(JsonNode rules) {
    List<Rule> read = new ArrayList<>();
    for (JsonNode rule : rules) {
      String regex = rule.get(0).asText();
      int dimensions =
          switch (regex) {
            case "<ndim==1>" -> 1;
            case "<ndim>=2>" -> 2;
            default -> 0;
          };
      Kind kind =
          switch (rule.get(1).asText()) {
            case "const" -> Kind.CONST;
            case "offset" -> Kind.OFFSET;
            case "fanin" -> Kind.FANIN;
            case "skip" -> Kind.SKIP;
            default ->
                throw new DriveDistillException(
                    "Rule " + rule + " of formula weights has the unknown kind " + rule.get(1),
                    "Maybe the fixture is newer than this program; known are const, offset, fanin,"
                        + " skip.");
          };
      read.add(
          new Rule(
              dimensions == 0 ? Pattern.compile(regex) : null,
              dimensions,
              kind,
              rule.get(2).asDouble(),
              rule.get(3).asDouble()));
    }
    return new FormulaWeights(read);
  }

  /** Number u of a tensor's element: in [-1, 1), a multiple of 2⁻²³. */
  public static float unit(String name, long index) {
    return unit(hash(name), index);
  }

  private static float unit(long hash, long index) {
    long z = hash + (index + 1) * GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z = z ^ (z >>> 31);
    return 2 * ((z >>> 40) * 0x1p-24f) - 1;
  }

  /** FNV-1a of the UTF-8 bytes. */
  static long hash(String name) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  /** An input tensor, {@code offset + scale·u(name)}, float32. */
  public static NDArray input(
      NDManager manager, String name, double scale, double offset, long... shape) {
    return generate(manager, name, (float) scale, (float) offset, shape);
  }

  /**
   * Fills every parameter and buffer of a block but those with a skip rule. Initialised parameters
   * get a new array of {@code manager}.
   *
   * @throws DriveDistillException if no rule matches a parameter
   */
  public void fill(Block block, NDManager manager) {
    Inference.run(
        () -> Weights.of(block).forEach((name, parameter) -> fill(name, parameter, manager)));
  }

  private void fill(String name, Parameter parameter, NDManager manager) {
    long[] shape = parameter.getShape().getShape();
    Rule rule = ruleOf(name, shape);
    switch (rule.kind) {
      case SKIP -> {}
      case CONST, OFFSET ->
          Weights.set(
              parameter, generate(manager, name, (float) rule.scale, (float) rule.offset, shape));
      case FANIN -> {
        long fanIn = 1;
        for (int axis = 1; axis < shape.length; axis++) {
          fanIn *= shape[axis];
        }
        float scale = (float) (rule.scale * Math.sqrt(3.0 / fanIn));
        Weights.set(parameter, generate(manager, name, scale, (float) rule.offset, shape));
      }
    }
  }

  private Rule ruleOf(String name, long[] shape) {
    return rules.stream()
        .filter(rule -> rule.matches(name, shape))
        .findFirst()
        .orElseThrow(
            () ->
                new DriveDistillException(
                    "No rule of the formula weights matches parameter '" + name + "'",
                    "Maybe the model's names differ from the published ones."));
  }

  private static NDArray generate(
      NDManager manager, String name, float scale, float offset, long... shape) {
    Shape size = new Shape(shape);
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.toIntExact(size.size() * Float.BYTES))
            .order(ByteOrder.nativeOrder());
    FloatBuffer values = bytes.asFloatBuffer();
    long hash = hash(name);
    for (int i = 0; i < values.capacity(); i++) {
      float value = unit(hash, i) * scale;
      values.put(i, offset == 0 ? value : offset + value);
    }
    try (NDArray borrowed = manager.create(bytes, size, DataType.FLOAT32)) {
      return borrowed.duplicate();
    }
  }
}
