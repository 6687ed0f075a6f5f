package io.drivedistill.export.graph;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX graph under construction. Nodes are appended in the order they run, every tensor has its
 * type and shape from birth, and initialisers that no node reads are left out of the result.
 *
 * <p>Not thread safe.
 */
public final class OnnxGraph {
  private final List<NodeProto.Builder> nodes = new ArrayList<>();
  private final Map<String, TensorType> types = new LinkedHashMap<>();
  private final Map<String, Initializer> initializers = new LinkedHashMap<>();
  private final Map<Initializer.Key, Tensor> constants = new LinkedHashMap<>();
  private final List<Tensor> inputs = new ArrayList<>();
  private final Map<String, Integer> counters = new LinkedHashMap<>();
  private String site = "";
  private String scope = "";
  private Tensor batchSize;
  private final Set<String> reserved;

  /** A graph without reserved names. */
  public OnnxGraph() {
    this(Set.of());
  }

  /**
   * An empty graph.
   *
   * @param outputNames names that no inner tensor may have
   */
  public OnnxGraph(Set<String> outputNames) {
    this.reserved = Set.copyOf(outputNames);
  }

  /** Declares an input. */
  public Tensor input(String name, TensorType type) {
    Tensor tensor = declare(name, type);
    inputs.add(tensor);
    return tensor;
  }

  /**
   * Adds a parameter under its own name, with a number behind it where an input or output has that
   * name. The data is little endian and read when finishing.
   */
  public Tensor weight(String name, TensorType type, ByteBuffer data) {
    Tensor tensor = declare(isTaken(name) ? fresh(name) : name, type);
    initializers.put(tensor.name(), new Initializer(type, data));
    return tensor;
  }

  /** Adds constant data, once for equal content. */
  public Tensor constant(TensorType type, ByteBuffer data) {
    Initializer initializer = new Initializer(type, data);
    return constants.computeIfAbsent(
        initializer.key(),
        key -> {
          Tensor tensor = declare(fresh("constant"), type);
          initializers.put(tensor.name(), initializer);
          return tensor;
        });
  }

  /** A scalar of the given type. */
  public Tensor scalar(DataType type, double value) {
    return constant(TensorType.of(type), Initializer.numbers(type, value));
  }

  /** Numbers of the given type. */
  public Tensor numbers(DataType type, double[] values, long... shape) {
    return constant(TensorType.of(type, shape), Initializer.numbers(type, values));
  }

  /** A vector of int64, as axes and shapes are given. */
  public Tensor longs(long... values) {
    return constant(TensorType.of(DataType.INT64, values.length), Initializer.longs(values));
  }

  /** The data behind a tensor, or null if it is computed or an input. */
  public ByteBuffer dataOf(Tensor tensor) {
    Initializer initializer = initializers.get(tensor.name());
    return initializer == null ? null : initializer.view();
  }

  /** Appends a node with one result. */
  public Tensor node(String operator, List<Tensor> operands, TensorType result, Attributes with) {
    return nodes(operator, operands, List.of(result), with).get(0);
  }

  /** Appends a node with one result and no attributes. */
  public Tensor node(String operator, List<Tensor> operands, TensorType result) {
    return node(operator, operands, result, Attributes.none());
  }

  /**
   * Appends a node. A null operand is an optional input that is left out. Where no runtime computes
   * the operator in the given element type, casts around it say it in another one.
   */
  public List<Tensor> nodes(
      String operator, List<Tensor> operands, List<TensorType> results, Attributes with) {
    DataType asked = operands.get(0).dataType();
    DataType computed = KernelTypes.of(operator, asked);
    if (asked == computed) {
      return append(operator, operands, results, with);
    }
    List<Tensor> converted = new ArrayList<>(operands);
    converted.replaceAll(
        operand ->
            operand != null && operand.dataType() == asked ? cast(operand, computed) : operand);
    List<TensorType> types = new ArrayList<>(results);
    types.replaceAll(type -> type.type() == asked ? type.with(computed) : type);
    List<Tensor> tensors = new ArrayList<>(append(operator, converted, types, with));
    for (int i = 0; i < tensors.size(); i++) {
      if (results.get(i).type() != tensors.get(i).dataType()) {
        tensors.set(i, cast(tensors.get(i), asked));
      }
    }
    return tensors;
  }

  /** The tensor as another element type; itself if it is of that type. */
  public Tensor cast(Tensor tensor, DataType type) {
    if (tensor.dataType() == type) {
      return tensor;
    }
    Attributes to = Attributes.of("to", ElementTypes.onnx(type).getNumber());
    return append("Cast", List.of(tensor), List.of(tensor.type().with(type)), to).get(0);
  }

  private List<Tensor> append(
      String operator, List<Tensor> operands, List<TensorType> results, Attributes with) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(fresh("node_" + operator))
            .setDocString(site);
    operands.forEach(operand -> node.addInput(operand == null ? "" : operand.name()));
    with.protos().forEach(node::addAttribute);
    List<Tensor> tensors = new ArrayList<>();
    for (TensorType result : results) {
      Tensor tensor = declare(fresh(scope.isEmpty() ? operator : scope), result);
      node.addOutput(tensor.name());
      tensors.add(tensor);
    }
    nodes.add(node);
    return tensors;
  }

  /** What the following nodes are named after, and the Java line they come from. */
  public void enter(String operation, String line) {
    scope = operation;
    site = line;
  }

  /**
   * The batch size at run time, int64 [1], read off a float input where there is one: TensorRT does
   * nothing with bytes but cast them.
   */
  public Tensor batchSize() {
    if (batchSize == null) {
      Tensor input =
          inputs.stream()
              .filter(candidate -> candidate.dims().contains(Dim.batch()))
              .min(Comparator.comparing(candidate -> !candidate.type().type().isFloating()))
              .orElseThrow(() -> new IllegalStateException("No input has a batch axis"));
      int axis = input.dims().indexOf(Dim.batch());
      batchSize =
          node(
              "Shape",
              List.of(input),
              TensorType.of(DataType.INT64, 1),
              Attributes.of("start", axis).and("end", axis + 1L));
    }
    return batchSize;
  }

  /**
   * Ends construction.
   *
   * @param outputs result tensors by the name a user sees
   */
  public GraphProto finish(String name, Map<String, Tensor> outputs) {
    new TransposeFolding(nodes, initializers, types).run();
    Map<String, String> renamed = new LinkedHashMap<>();
    Set<String> computed = new LinkedHashSet<>();
    nodes.forEach(node -> computed.addAll(node.getOutputList()));
    enter("", "");
    outputs.forEach(
        (wanted, tensor) -> {
          boolean free = computed.contains(tensor.name()) && !renamed.containsKey(tensor.name());
          Tensor source = free ? tensor : node("Identity", List.of(tensor), tensor.type());
          renamed.put(source.name(), wanted);
        });
    GraphProto.Builder graph = GraphProto.newBuilder().setName(name);
    Set<String> read = new LinkedHashSet<>();
    for (NodeProto.Builder node : nodes) {
      for (int i = 0; i < node.getInputCount(); i++) {
        read.add(node.getInput(i));
        node.setInput(i, renamed.getOrDefault(node.getInput(i), node.getInput(i)));
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        String output = node.getOutput(i);
        if (!renamed.containsKey(output)) {
          graph.addValueInfo(valueInfo(output, types.get(output)));
        }
        node.setOutput(i, renamed.getOrDefault(output, output));
      }
      graph.addNode(node);
    }
    inputs.forEach(input -> graph.addInput(valueInfo(input.name(), input.type())));
    outputs.forEach((wanted, tensor) -> graph.addOutput(valueInfo(wanted, tensor.type())));
    initializers.forEach(
        (initializer, content) -> {
          if (read.contains(initializer)) {
            graph.addInitializer(content.proto(initializer));
          }
        });
    return graph.build();
  }

  private static ValueInfoProto valueInfo(String name, TensorType type) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Dim dim : type.dims()) {
      TensorShapeProto.Dimension.Builder proto = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(dim.isFixed() ? proto.setDimValue(dim.fixed()) : proto.setDimParam(dim.label()));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(ElementTypes.onnx(type.type()).getNumber())
                        .setShape(shape)))
        .build();
  }

  private Tensor declare(String name, TensorType type) {
    if (types.putIfAbsent(name, type) != null) {
      throw new IllegalStateException("Two tensors are named " + name);
    }
    return new Tensor(name, type);
  }

  private boolean isTaken(String name) {
    return types.containsKey(name) || reserved.contains(name);
  }

  private String fresh(String base) {
    String name;
    do {
      name = base + "_" + counters.merge(base, 1, Integer::sum);
    } while (isTaken(name));
    return name;
  }
}
