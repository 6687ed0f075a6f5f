package io.drivedistill.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** The parameters of a block by their dotted, published names. */
public final class Weights {
  private Weights() {}

  /** Every parameter and buffer, depth first, under the path of its module. */
  public static Map<String, Parameter> of(Block block) {
    Map<String, Parameter> named = new LinkedHashMap<>();
    collect("", block, (path, owner, parameter) -> named.put(path, parameter));
    return named;
  }

  static void initialize(Module root, NDManager manager, long seed) {
    collect(
        "",
        root,
        (path, owner, parameter) -> {
          if (parameter.isInitialized()) {
            return;
          }
          if (!(owner instanceof Module module)) {
            throw new IllegalStateException(path + " belongs to a block that is no Module");
          }
          long[] shape = parameter.getShape().getShape();
          float[] values = new float[Math.toIntExact(parameter.getShape().size())];
          SplittableRandom random = new SplittableRandom(seed ^ hash(path));
          module.initializationOf(parameter).fill(values, shape, random);
          set(parameter, Constants.of(manager, values, shape));
        });
  }

  /** Gives a parameter a value of its own shape; the parameter owns the array from now on. */
  public static void set(Parameter parameter, NDArray value) {
    Shape expected = parameter.getShape();
    if (expected != null && !expected.equals(value.getShape())) {
      throw new IllegalArgumentException(
          parameter.getName() + " has shape " + expected + ", got " + value.getShape());
    }
    boolean trainable = parameter.requiresGradient();
    parameter.close();
    parameter.setShape(null);
    parameter.setArray(value);
    value.setRequiresGradient(trainable && value.getDataType() == DataType.FLOAT32);
  }

  /** The linear layers of a block by their dotted paths, depth first. */
  public static Map<String, Linear> linearLayers(Block block) {
    Map<String, Linear> layers = new LinkedHashMap<>();
    collect(
        "",
        block,
        (path, owner, parameter) -> {
          if (owner instanceof Linear layer && path.endsWith(".weight")) {
            layers.putIfAbsent(path.substring(0, path.length() - ".weight".length()), layer);
          }
        });
    return layers;
  }

  /** Number of trainable scalars, buffers excluded. */
  public static long count(Block block) {
    return of(block).values().stream()
        .filter(parameter -> parameter.getType() != Parameter.Type.RUNNING_MEAN)
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }

  /** Excludes parameters from training; buffers never take part. */
  public static void freeze(Block block, Predicate<String> names) {
    of(block)
        .forEach(
            (name, parameter) -> {
              if (parameter.getType() != Parameter.Type.RUNNING_MEAN && names.test(name)) {
                parameter.freeze(true);
              }
            });
  }

  private interface Visitor {
    void visit(String path, Block owner, Parameter parameter);
  }

  private static void collect(String prefix, Block block, Visitor visitor) {
    for (Pair<String, Parameter> entry : block.getDirectParameters()) {
      visitor.visit(prefix + entry.getKey(), block, entry.getValue());
    }
    int index = 1;
    for (Pair<String, Block> entry : block.getChildren()) {
      // DJL puts a running number of at least two digits before each child's name.
      String name = entry.getKey().substring(String.format("%02d", index++).length());
      collect(prefix + name + ".", entry.getValue(), visitor);
    }
  }

  /** FNV-1a over UTF-8: the same on every machine. */
  private static long hash(String text) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001B3L;
    }
    return hash;
  }
}
