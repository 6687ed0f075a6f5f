package io.drivedistill.export.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.drivedistill.core.DriveDistillException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules of the ONNX checker that an exported graph must keep: single assignment, topological
 * order, every tensor typed, data of the right length, nothing unused, every output produced.
 */
public final class GraphValidation {
  private final List<String> faults = new ArrayList<>();
  private final Set<String> defined = new HashSet<>();
  private final Set<String> read = new HashSet<>();
  private final Set<String> typed = new HashSet<>();

  private GraphValidation() {}

  /**
   * Checks all rules.
   *
   * @throws DriveDistillException listing every rule that is broken
   */
  public static void check(ModelProto model) {
    GraphValidation validation = new GraphValidation();
    if (model.getOpsetImportCount() == 0 || model.getIrVersion() == 0) {
      validation.faults.add("the operator set or file format version is missing");
    }
    if (model.getGraph().getName().isEmpty()) {
      validation.faults.add("the graph has no name");
    }
    validation.check(model.getGraph());
    if (!validation.faults.isEmpty()) {
      throw new DriveDistillException(
          "The ONNX graph breaks " + validation.faults.size() + " rules: " + validation.faults,
          "Maybe a lowering of your own is at fault; report it if none was registered.");
    }
  }

  private void check(GraphProto graph) {
    graph.getInputList().forEach(input -> define(input.getName(), "input"));
    graph.getInitializerList().forEach(this::checkInitializer);
    graph.getInputList().forEach(this::checkType);
    graph.getValueInfoList().forEach(this::checkType);
    graph.getOutputList().forEach(this::checkType);
    Set<String> nodeNames = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      if (!nodeNames.add(node.getName())) {
        faults.add("two nodes are named " + node.getName());
      }
      for (String input : node.getInputList()) {
        read.add(input);
        if (!input.isEmpty() && !defined.contains(input)) {
          faults.add(node.getName() + " reads " + input + " before it is computed");
        }
      }
      for (String output : node.getOutputList()) {
        define(output, "result");
        if (!typed.contains(output)) {
          faults.add(output + " has no type");
        }
      }
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      read.add(output.getName());
      if (!defined.contains(output.getName())) {
        faults.add("output " + output.getName() + " is never computed");
      }
    }
    for (TensorProto initializer : graph.getInitializerList()) {
      if (!read.contains(initializer.getName())) {
        faults.add("initialiser " + initializer.getName() + " is not used");
      }
    }
  }

  private void checkInitializer(TensorProto tensor) {
    define(tensor.getName(), "initialiser");
    long count = tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
    long bytes = count * bytesOf(type);
    if (tensor.getRawData().size() != bytes) {
      faults.add(
          tensor.getName() + " holds " + tensor.getRawData().size() + " bytes instead of " + bytes);
    }
  }

  private static int bytesOf(TensorProto.DataType type) {
    return switch (type) {
      case DOUBLE, INT64, UINT64 -> 8;
      case FLOAT, INT32, UINT32 -> 4;
      case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
      default -> 1;
    };
  }

  private void checkType(ValueInfoProto value) {
    if (!typed.add(value.getName())) {
      faults.add(value.getName() + " has two types");
    }
    if (!value.getType().hasTensorType() || !value.getType().getTensorType().hasShape()) {
      faults.add(value.getName() + " has no type or shape");
    }
  }

  private void define(String name, String kind) {
    if (name.isEmpty() || !defined.add(name)) {
      faults.add("the " + kind + " name \"" + name + "\" is empty or used twice");
    }
  }
}
