package io.drivedistill.export.precision;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.drivedistill.export.graph.GraphValidation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A finished ONNX graph taken apart for rewriting. Every tensor of an exported graph is typed and
 * all data is raw little endian, which this relies on.
 *
 * <p>Not thread safe.
 */
final class EditableGraph {
  private final ModelProto model;
  private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
  private final Map<String, ValueInfoProto> types = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();
  private List<NodeProto.Builder> nodes = new ArrayList<>();

  EditableGraph(ModelProto model) {
    this.model = model;
    GraphProto graph = model.getGraph();
    graph.getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
    for (List<ValueInfoProto> values :
        List.of(graph.getInputList(), graph.getValueInfoList(), graph.getOutputList())) {
      values.forEach(value -> types.put(value.getName(), value));
    }
    graph.getNodeList().forEach(node -> nodes.add(node.toBuilder()));
    names.addAll(initializers.keySet());
    names.addAll(types.keySet());
    nodes.forEach(node -> names.add(node.getName()));
  }

  /** Nodes in the order they run. */
  List<NodeProto.Builder> nodes() {
    return nodes;
  }

  /** Other nodes in the place of all. */
  void replaceNodes(List<NodeProto.Builder> replacement) {
    nodes = new ArrayList<>(replacement);
  }

  List<String> inputs() {
    return model.getGraph().getInputList().stream().map(ValueInfoProto::getName).toList();
  }

  List<String> outputs() {
    return model.getGraph().getOutputList().stream().map(ValueInfoProto::getName).toList();
  }

  /** Which node computes a tensor, by tensor. */
  Map<String, NodeProto.Builder> producers() {
    Map<String, NodeProto.Builder> producers = new HashMap<>();
    nodes.forEach(node -> node.getOutputList().forEach(output -> producers.put(output, node)));
    return producers;
  }

  /** Which nodes read a tensor, by tensor. */
  Map<String, List<NodeProto.Builder>> readers() {
    Map<String, List<NodeProto.Builder>> readers = new HashMap<>();
    for (NodeProto.Builder node : nodes) {
      new HashSet<>(node.getInputList())
          .forEach(input -> readers.computeIfAbsent(input, i -> new ArrayList<>()).add(node));
    }
    return readers;
  }

  boolean isConstant(String tensor) {
    return initializers.containsKey(tensor);
  }

  /** Whether the elements are float32. */
  boolean isFloat(String tensor) {
    int type =
        isConstant(tensor)
            ? initializers.get(tensor).getDataType()
            : types.containsKey(tensor)
                ? types.get(tensor).getType().getTensorType().getElemType()
                : 0;
    return type == TensorProto.DataType.FLOAT.getNumber();
  }

  /** Number of axes. */
  int rank(String tensor) {
    return isConstant(tensor)
        ? initializers.get(tensor).getDimsCount()
        : shape(tensor).getDimCount();
  }

  /** Sizes of a constant. */
  List<Long> sizes(String constant) {
    return initializers.get(constant).getDimsList();
  }

  /** Elements of a float32 constant. */
  float[] floats(String constant) {
    ByteBuffer data =
        initializers
            .get(constant)
            .getRawData()
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(values);
    return values;
  }

  private TensorShapeProto shape(String tensor) {
    return types.get(tensor).getType().getTensorType().getShape();
  }

  /** Adds a constant and gives its name, made from a wish. */
  String constant(String wish, TensorProto.DataType type, List<Long> sizes, ByteBuffer data) {
    String name = fresh(wish);
    initializers.put(
        name,
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .addAllDims(sizes)
            .setRawData(ByteString.copyFrom(data))
            .build());
    return name;
  }

  /** Adds a float32 constant. */
  String constant(String wish, float[] values, List<Long> sizes) {
    ByteBuffer data =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return constant(wish, TensorProto.DataType.FLOAT, sizes, data);
  }

  /** Declares a tensor of another tensor's shape. */
  String declare(String wish, TensorProto.DataType type, String shapeOf) {
    String name = fresh(wish);
    TensorShapeProto shape = isConstant(shapeOf) ? shapeOfConstant(shapeOf) : shape(shapeOf);
    types.put(name, value(name, type, shape));
    return name;
  }

  private TensorShapeProto shapeOfConstant(String constant) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    sizes(constant)
        .forEach(size -> shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size)));
    return shape.build();
  }

  private static ValueInfoProto value(
      String name, TensorProto.DataType type, TensorShapeProto shape) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  /** Says that a computed tensor has other elements now. */
  void retype(String tensor, TensorProto.DataType type) {
    types.put(tensor, value(tensor, type, shape(tensor)));
  }

  /** A node that is not in the graph yet. */
  NodeProto.Builder node(String operator, String from, List<String> inputs, String output) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(fresh("node_" + operator))
        .setDocString(from)
        .addAllInput(inputs)
        .addOutput(output);
  }

  private String fresh(String wish) {
    String name = wish;
    for (int i = 1; !names.add(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }

  /** The graph with some tensors as outputs besides its own. */
  ModelProto withOutputs(List<String> more) {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearNode().clearInitializer();
    graph.clearValueInfo();
    ModelProto built = build();
    graph.mergeFrom(built.getGraph().toBuilder().clearInput().clearOutput().build());
    for (String tensor : more) {
      if (!outputs().contains(tensor)) {
        graph.addOutput(types.get(tensor));
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  /** The rewritten model; constants and types that nothing needs are left out. */
  ModelProto build() {
    GraphProto.Builder graph =
        model.getGraph().toBuilder().clearNode().clearInitializer().clearValueInfo();
    Set<String> read = new HashSet<>(outputs());
    Set<String> own = new HashSet<>(outputs());
    own.addAll(inputs());
    for (NodeProto.Builder node : nodes) {
      graph.addNode(node);
      read.addAll(node.getInputList());
      for (String output : node.getOutputList()) {
        if (own.add(output)) {
          graph.addValueInfo(types.get(output));
        }
      }
    }
    initializers.forEach(
        (name, tensor) -> {
          if (read.contains(name)) {
            graph.addInitializer(tensor);
          }
        });
    ModelProto built = model.toBuilder().setGraph(graph).build();
    GraphValidation.check(built);
    return built;
  }
}
