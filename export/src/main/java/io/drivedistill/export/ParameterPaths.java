package io.drivedistill.export;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names the parameters of any block by their dotted path. */
final class ParameterPaths {
  private ParameterPaths() {}

  /**
   * Every parameter of the block. DJL puts a running number before each child's name; it is dropped
   * where the names of the siblings differ without it.
   */
  static Map<String, Parameter> of(Block block) {
    Map<String, Parameter> named = new LinkedHashMap<>();
    collect("", block, named);
    return named;
  }

  private static void collect(String prefix, Block block, Map<String, Parameter> named) {
    for (Pair<String, Parameter> entry : block.getDirectParameters()) {
      named.put(prefix + entry.getKey(), entry.getValue());
    }
    List<String> keys = block.getChildren().keys();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String number = String.format("%02d", i + 1);
      String key = keys.get(i);
      names.add(key.startsWith(number) ? key.substring(number.length()) : key);
    }
    for (int i = 0; i < keys.size(); i++) {
      boolean clear = Collections.frequency(names, names.get(i)) == 1;
      String name = clear ? names.get(i) : keys.get(i);
      collect(prefix + name + ".", block.getChildren().valueAt(i), named);
    }
  }
}
