package io.drivedistill.export.precision;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts batch normalisation into the weights of the convolution before it: scale s = γ/√(σ² + ε)
 * turns weights w into s·w and the bias b into s·(b − μ) + β.
 */
final class BatchNormFolding {
  private static final float DEFAULT_EPSILON = 1e-5f;

  private final EditableGraph graph;

  BatchNormFolding(EditableGraph graph) {
    this.graph = graph;
  }

  void run() {
    Map<String, NodeProto.Builder> producers = graph.producers();
    Map<String, List<NodeProto.Builder>> readers = graph.readers();
    List<NodeProto.Builder> kept = new ArrayList<>(graph.nodes());
    for (NodeProto.Builder node : graph.nodes()) {
      NodeProto.Builder conv = producers.get(node.getInput(0));
      boolean folds =
          node.getOpType().equals("BatchNormalization")
              && conv != null
              && conv.getOpType().equals("Conv")
              && readers.get(node.getInput(0)).size() == 1
              && !graph.outputs().contains(node.getInput(0))
              && conv.getInputList().stream().skip(1).allMatch(graph::isConstant)
              && node.getInputList().stream().skip(1).allMatch(graph::isConstant);
      if (folds) {
        fold(conv, node);
        kept.removeIf(other -> other == node);
      }
    }
    graph.replaceNodes(kept);
  }

  private void fold(NodeProto.Builder conv, NodeProto.Builder norm) {
    float[] gamma = graph.floats(norm.getInput(1));
    float[] beta = graph.floats(norm.getInput(2));
    float[] mean = graph.floats(norm.getInput(3));
    float[] variance = graph.floats(norm.getInput(4));
    double epsilon = DEFAULT_EPSILON;
    for (AttributeProto attribute : norm.getAttributeList()) {
      epsilon = attribute.getName().equals("epsilon") ? attribute.getF() : epsilon;
    }
    String weightName = conv.getInput(1);
    float[] weight = graph.floats(weightName);
    float[] bias =
        conv.getInputCount() > 2 ? graph.floats(conv.getInput(2)) : new float[gamma.length];
    int perChannel = weight.length / gamma.length;
    for (int channel = 0; channel < gamma.length; channel++) {
      double scale = gamma[channel] / Math.sqrt(variance[channel] + epsilon);
      bias[channel] = (float) ((bias[channel] - mean[channel]) * scale + beta[channel]);
      for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
        weight[i] = (float) (weight[i] * scale);
      }
    }
    String foldedWeight = graph.constant(weightName + ".folded", weight, graph.sizes(weightName));
    String foldedBias =
        graph.constant(weightName + ".folded.bias", bias, List.of((long) bias.length));
    String input = conv.getInput(0);
    conv.clearInput().addInput(input).addInput(foldedWeight).addInput(foldedBias);
    conv.clearOutput().addOutput(norm.getOutput(0));
  }
}
