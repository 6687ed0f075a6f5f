package io.drivedistill.export.precision;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.drivedistill.core.HalfPrecision;
import io.drivedistill.export.OnnxModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites a float32 model to half precision. Inputs and outputs keep their types; coordinates,
 * softmax, sampling, and operators whose results half precision cannot hold compute in float32
 * between casts.
 */
public final class HalfPrecisionModel {
  private static final TensorProto.DataType HALF = TensorProto.DataType.FLOAT16;
  private static final TensorProto.DataType FULL = TensorProto.DataType.FLOAT;
  private static final float LARGEST_HALF = 65504;

  /** Powers and sums leave the range of half precision, sampling positions its resolution. */
  private static final Set<String> FULL_PRECISION =
      Set.of(
          "Softmax",
          "LogSoftmax",
          "GridSample",
          "Resize",
          "Range",
          "CumSum",
          "Exp",
          "Log",
          "Pow",
          "ReduceSum",
          "ReduceProd",
          "ReduceL1",
          "ReduceL2");

  /** Take any element type and do not compute with it. */
  private static final Set<String> INDIFFERENT = Set.of("Cast", "Shape");

  private final EditableGraph graph;
  private final Set<String> coordinates;
  private final Map<String, String> asHalf = new HashMap<>();
  private final Map<String, String> asFull = new HashMap<>();
  private final List<NodeProto.Builder> written = new ArrayList<>();

  private HalfPrecisionModel(EditableGraph graph) {
    this.graph = graph;
    coordinates = FullPrecisionNodes.of(graph);
  }

  /** The model in half precision. */
  public static OnnxModel of(OnnxModel model) {
    EditableGraph graph = new EditableGraph(model.proto());
    new BatchNormFolding(graph).run();
    HalfPrecisionModel conversion = new HalfPrecisionModel(graph);
    graph.nodes().forEach(conversion::convert);
    graph.replaceNodes(conversion.written);
    return new OnnxModel(graph.build(), model.inputs(), model.outputs());
  }

  private void convert(NodeProto.Builder node) {
    boolean full =
        coordinates.contains(node.getName()) || FULL_PRECISION.contains(node.getOpType());
    boolean writesOutput = node.getOutputList().stream().anyMatch(graph.outputs()::contains);
    boolean half = !full && !writesOutput;
    if (!INDIFFERENT.contains(node.getOpType())) {
      for (int i = 0; i < node.getInputCount(); i++) {
        String input = node.getInput(i);
        if (half && graph.isFloat(input)) {
          node.setInput(i, asHalf.computeIfAbsent(input, this::halved));
        } else if (!half && isHalf(input)) {
          node.setInput(i, asFull.computeIfAbsent(input, this::widened));
        }
      }
    }
    written.add(node);
    if (half) {
      node.getOutputList().stream().filter(graph::isFloat).forEach(this::makeHalf);
      if (node.getOpType().equals("Cast")) {
        castToHalf(node);
      }
    }
  }

  private boolean isHalf(String tensor) {
    return tensor.equals(asHalf.get(tensor));
  }

  private void makeHalf(String tensor) {
    graph.retype(tensor, HALF);
    asHalf.put(tensor, tensor);
  }

  private static void castToHalf(NodeProto.Builder cast) {
    for (AttributeProto.Builder attribute : cast.getAttributeBuilderList()) {
      if (attribute.getName().equals("to") && attribute.getI() == FULL.getNumber()) {
        attribute.setI(HALF.getNumber());
      }
    }
  }

  private String halved(String tensor) {
    return graph.isConstant(tensor) ? halfConstant(tensor) : cast(tensor, HALF, ".half");
  }

  private String widened(String tensor) {
    return cast(tensor, FULL, ".full");
  }

  private String halfConstant(String constant) {
    float[] values = graph.floats(constant);
    ByteBuffer data = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      boolean finite = Float.isFinite(value);
      float held = finite ? Math.max(-LARGEST_HALF, Math.min(LARGEST_HALF, value)) : value;
      data.putShort(HalfPrecision.toF16(held));
    }
    return graph.constant(constant + ".half", HALF, graph.sizes(constant), data.flip());
  }

  private String cast(String tensor, TensorProto.DataType type, String suffix) {
    String result = graph.declare(tensor + suffix, type, tensor);
    written.add(
        graph
            .node("Cast", "half precision", List.of(tensor), result)
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("to")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(type.getNumber())));
    return result;
  }
}
