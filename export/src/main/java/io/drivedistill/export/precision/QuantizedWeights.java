package io.drivedistill.export.precision;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights as signed bytes with one scale per output channel, and biases as 32 bit integers of the
 * scale that products of weight and activation have.
 */
final class QuantizedWeights {
  private static final int LARGEST = 127;

  private final EditableGraph graph;
  private final boolean integerBias;

  QuantizedWeights(EditableGraph graph, CalibrationSettings.ZeroPoint zeroPoint) {
    this.graph = graph;
    integerBias = zeroPoint == CalibrationSettings.ZeroPoint.FREE;
  }

  /** Gives a product its weights in bytes; the activation is what it is multiplied with. */
  void replace(NodeProto.Builder product, QuantizedTensor activation) {
    String weight = product.getInput(1);
    int axis = product.getOpType().equals("Conv") ? 0 : 1;
    List<Long> sizes = graph.sizes(weight);
    float[] values = graph.floats(weight);
    int channels = Math.toIntExact(sizes.get(axis));
    int inner = 1;
    for (long size : sizes.subList(axis + 1, sizes.size())) {
      inner = Math.multiplyExact(inner, Math.toIntExact(size));
    }
    float[] scales = new float[channels];
    for (int i = 0; i < values.length; i++) {
      int channel = i / inner % channels;
      scales[channel] = Math.max(scales[channel], Math.abs(values[i]) / LARGEST);
    }
    for (int channel = 0; channel < channels; channel++) {
      scales[channel] = Math.max(scales[channel], Float.MIN_NORMAL * (1 << 20));
    }
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int i = 0; i < values.length; i++) {
      bytes.put((byte) Math.rint(values[i] / scales[i / inner % channels]));
    }
    product.setInput(
        1, dequantized(weight, TensorProto.DataType.INT8, sizes, bytes.flip(), scales, axis));
    if (integerBias && product.getInputCount() > 2) {
      product.setInput(2, bias(product.getInput(2), scales, activation.scale()));
    }
  }

  private String bias(String bias, float[] weightScales, float activationScale) {
    float[] values = graph.floats(bias);
    float[] scales = new float[values.length];
    ByteBuffer integers = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      scales[i] = weightScales[i] * activationScale;
      double steps = Math.rint(values[i] / (double) scales[i]);
      integers.putInt((int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, steps)));
    }
    return dequantized(
        bias, TensorProto.DataType.INT32, graph.sizes(bias), integers.flip(), scales, 0);
  }

  private String dequantized(
      String name,
      TensorProto.DataType type,
      List<Long> sizes,
      ByteBuffer data,
      float[] scales,
      int axis) {
    List<Long> perChannel = List.of((long) scales.length);
    int width = type == TensorProto.DataType.INT8 ? 1 : Integer.BYTES;
    String integers = graph.constant(name + ".integers", type, sizes, data);
    String steps = graph.constant(name + ".scale", scales, perChannel);
    String zeros =
        graph.constant(
            name + ".zero", type, perChannel, ByteBuffer.allocate(width * scales.length));
    String back = graph.declare(name + ".rounded", TensorProto.DataType.FLOAT, integers);
    List<NodeProto.Builder> nodes = new ArrayList<>();
    nodes.add(
        graph
            .node("DequantizeLinear", "int8", List.of(integers, steps, zeros), back)
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(axis)));
    nodes.addAll(graph.nodes());
    graph.replaceNodes(nodes);
    return back;
  }
}
