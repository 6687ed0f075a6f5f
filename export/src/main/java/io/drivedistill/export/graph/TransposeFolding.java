package io.drivedistill.export.graph;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stores a weight matrix transposed where every reader of it transposes it first, as linear layers
 * do: the graph gets smaller and a quantiser finds the matrix as a constant.
 */
final class TransposeFolding {
  private final List<NodeProto.Builder> nodes;
  private final Map<String, Initializer> initializers;
  private final Map<String, TensorType> types;

  TransposeFolding(
      List<NodeProto.Builder> nodes,
      Map<String, Initializer> initializers,
      Map<String, TensorType> types) {
    this.nodes = nodes;
    this.initializers = initializers;
    this.types = types;
  }

  void run() {
    Map<String, Boolean> onlyTransposed = new HashMap<>();
    for (NodeProto.Builder node : nodes) {
      for (String input : node.getInputList()) {
        onlyTransposed.merge(input, isMatrixTranspose(node), Boolean::logicalAnd);
      }
    }
    Map<String, String> replaced = new HashMap<>();
    Map<String, String> transposed = new HashMap<>();
    List<NodeProto.Builder> kept = new ArrayList<>();
    for (NodeProto.Builder node : nodes) {
      if (isMatrixTranspose(node) && onlyTransposed.get(node.getInput(0))) {
        String source = node.getInput(0);
        replaced.put(node.getOutput(0), transposed.computeIfAbsent(source, this::addTransposed));
      } else {
        kept.add(node);
      }
    }
    nodes.clear();
    nodes.addAll(kept);
    for (NodeProto.Builder node : nodes) {
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, replaced.getOrDefault(node.getInput(i), node.getInput(i)));
      }
    }
  }

  private String addTransposed(String source) {
    Initializer matrix = initializers.get(source).transposed();
    String name = source + ".transposed";
    while (types.putIfAbsent(name, matrix.type()) != null) {
      name += "_";
    }
    initializers.put(name, matrix);
    return name;
  }

  private boolean isMatrixTranspose(NodeProto.Builder node) {
    if (!node.getOpType().equals("Transpose")) {
      return false;
    }
    Initializer initializer = initializers.get(node.getInput(0));
    return initializer != null
        && initializer.type().type() == DataType.FLOAT32
        && initializer.type().dims().size() == 2
        && node.getAttribute(0).getInts(0) == 1;
  }
}
