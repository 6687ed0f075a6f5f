package io.drivedistill.export.precision;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Finds the linear layers that a choice depends on, as that of one proposal by its score: between
 * nearly equal candidates the rounding of 8 bits chooses another one, and the result jumps instead
 * of moving a little. They are the linear layers on all ways to an ArgMax, ArgMin or TopK, each way
 * followed back to the first convolution.
 */
final class DecidingLayers {
  private static final Set<String> CHOICES = Set.of("ArgMax", "ArgMin", "TopK");
  private static final Set<String> LINEAR = Set.of("MatMul", "Gemm");

  private DecidingLayers() {}

  /** The names of their nodes. O(nodes). */
  static Set<String> of(EditableGraph graph) {
    Map<String, NodeProto.Builder> producers = graph.producers();
    ArrayDeque<String> open = new ArrayDeque<>();
    for (NodeProto.Builder node : graph.nodes()) {
      if (CHOICES.contains(node.getOpType())) {
        open.add(node.getInput(0));
      }
    }
    Set<String> found = new HashSet<>();
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String tensor = open.remove();
      NodeProto.Builder node = producers.get(tensor);
      if (!seen.add(tensor) || node == null || node.getOpType().equals("Conv")) {
        continue;
      }
      if (LINEAR.contains(node.getOpType())) {
        found.add(node.getName());
      }
      open.addAll(node.getInputList());
    }
    return found;
  }
}
