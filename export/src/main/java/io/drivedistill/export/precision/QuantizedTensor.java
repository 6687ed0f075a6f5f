package io.drivedistill.export.precision;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * An activation as bytes: value = scale · (byte − zero point).
 *
 * @param graph it is part of
 * @param tensor name of the float tensor
 * @param type INT8 or UINT8
 * @param scale size of a step
 * @param zero byte that means zero
 */
record QuantizedTensor(
    EditableGraph graph, String tensor, TensorProto.DataType type, float scale, int zero) {
  private static final int STEPS = 255;
  private static final int LARGEST_SIGNED = 127;

  static QuantizedTensor of(
      EditableGraph graph,
      String tensor,
      Map<String, ValueRange> ranges,
      CalibrationSettings.ZeroPoint zeroPoint) {
    float low = Math.min(0, ranges.get(tensor).low());
    float high = Math.max(0, ranges.get(tensor).high());
    if (zeroPoint == CalibrationSettings.ZeroPoint.CENTRED) {
      float scale = step(Math.max(-low, high) / LARGEST_SIGNED);
      return new QuantizedTensor(graph, tensor, TensorProto.DataType.INT8, scale, 0);
    }
    float scale = step((high - low) / STEPS);
    return new QuantizedTensor(
        graph, tensor, TensorProto.DataType.UINT8, scale, Math.round(-low / scale));
  }

  /** A tensor that is always zero still needs a step. */
  private static float step(float width) {
    return Math.max(width, Float.MIN_NORMAL * (1 << 20));
  }

  /** The same tensor with another one's steps. */
  QuantizedTensor scaledLike(QuantizedTensor other) {
    return new QuantizedTensor(graph, tensor, other.type, other.scale, other.zero);
  }

  /** Appends the rounding to bytes and back; gives the name of the rounded tensor. */
  String roundTrip(List<NodeProto.Builder> nodes) {
    String step = graph.constant(tensor + ".scale", new float[] {scale}, List.of());
    String origin =
        graph.constant(
            tensor + ".zero", type, List.of(), ByteBuffer.wrap(new byte[] {(byte) zero}));
    String bytes = graph.declare(tensor + ".bytes", type, tensor);
    String back = graph.declare(tensor + ".rounded", TensorProto.DataType.FLOAT, tensor);
    nodes.add(graph.node("QuantizeLinear", "int8", List.of(tensor, step, origin), bytes));
    nodes.add(graph.node("DequantizeLinear", "int8", List.of(bytes, step, origin), back));
    return back;
  }
}
