package io.drivedistill.export.precision;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.drivedistill.export.HostTensor;
import io.drivedistill.export.OnnxModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites a float32 model for 8 bit integers, statically: convolutions and linear layers, and the
 * sums and pools of feature maps between them, read and write numbers that passed a pair of
 * QuantizeLinear and DequantizeLinear, from which a runtime makes integer arithmetic. Weights have
 * one scale per output channel, activations one per tensor, found on real scenes. Attention,
 * normalisation, coordinates, linear layers that choose among proposals and everything else stay in
 * float32.
 */
public final class IntegerModel {
  private static final Set<String> SHAPED_BY_WEIGHTS = Set.of("Conv", "MatMul", "Gemm");
  private static final int LARGEST_TOKEN_RANK = 3;
  private static final int MAP_RANK = 4;

  private final EditableGraph graph;
  private final Set<String> coordinates;
  private final Set<String> deciding;
  private final Map<String, NodeProto.Builder> producers;
  private final Map<String, List<NodeProto.Builder>> readers;

  /**
   * Names of nodes that compute with integers, and the tensors that their results become quantised
   * as.
   */
  private final Map<String, String> integer = new HashMap<>();

  private final List<NodeProto.Builder> products = new ArrayList<>();

  private IntegerModel(EditableGraph graph) {
    this.graph = graph;
    coordinates = FullPrecisionNodes.of(graph);
    deciding = DecidingLayers.of(graph);
    producers = graph.producers();
    readers = graph.readers();
  }

  /**
   * The model in 8 bit integers.
   *
   * @param scenes inputs of real scenes by name, gone through once or twice
   */
  public static OnnxModel of(
      OnnxModel model, Iterable<Map<String, HostTensor>> scenes, CalibrationSettings settings) {
    EditableGraph graph = new EditableGraph(model.proto());
    new BatchNormFolding(graph).run();
    new IntegerModel(graph).rewrite(new Calibration(settings, scenes), settings.zeroPoint());
    return new OnnxModel(graph.build(), model.inputs(), model.outputs());
  }

  private void rewrite(Calibration calibration, CalibrationSettings.ZeroPoint zeroPoint) {
    Set<String> tensors = choose();
    if (tensors.isEmpty()) {
      return;
    }
    Map<String, ValueRange> ranges = calibration.ranges(graph, List.copyOf(tensors));
    Map<String, QuantizedTensor> quantized = new LinkedHashMap<>();
    tensors.forEach(
        tensor -> quantized.put(tensor, QuantizedTensor.of(graph, tensor, ranges, zeroPoint)));
    for (NodeProto.Builder node : graph.nodes()) {
      if (node.getOpType().equals("MaxPool") && integer.containsKey(node.getName())) {
        // a pool of integers is exact where both sides have one scale
        quantized.computeIfPresent(
            node.getOutput(0), (t, own) -> own.scaledLike(quantized.get(node.getInput(0))));
      }
    }
    QuantizedWeights weights = new QuantizedWeights(graph, zeroPoint);
    products.forEach(node -> weights.replace(node, quantized.get(node.getInput(0))));
    insert(quantized);
  }

  /** Decides which nodes compute with integers and gives the tensors between them. */
  private Set<String> choose() {
    Set<String> tensors = new LinkedHashSet<>();
    for (NodeProto.Builder node : graph.nodes()) {
      if (isProduct(node)) {
        products.add(node);
        tensors.add(node.getInput(0));
        integer.put(node.getName(), node.getOpType().equals("Conv") ? resultOf(node) : "");
      }
    }
    for (NodeProto.Builder node : graph.nodes()) {
      boolean pool = node.getOpType().equals("MaxPool") && comesFromIntegers(node.getInput(0));
      if (pool || isSumOfMaps(node)) {
        integer.put(node.getName(), resultOf(node));
        tensors.addAll(node.getInputList());
      }
    }
    integer.values().stream().filter(tensor -> !tensor.isEmpty()).forEach(tensors::add);
    tensors.removeIf(graph.outputs()::contains);
    return tensors;
  }

  private boolean isProduct(NodeProto.Builder node) {
    return SHAPED_BY_WEIGHTS.contains(node.getOpType())
        && !coordinates.contains(node.getName())
        && !deciding.contains(node.getName())
        && graph.isFloat(node.getInput(0))
        && !graph.isConstant(node.getInput(0))
        && node.getInputList().stream().skip(1).allMatch(graph::isConstant)
        // products with constant matrices over maps resample; few operations, much to lose
        && (node.getOpType().equals("Conv") || graph.rank(node.getInput(0)) <= LARGEST_TOKEN_RANK);
  }

  private boolean isSumOfMaps(NodeProto.Builder node) {
    return node.getOpType().equals("Add")
        && !coordinates.contains(node.getName())
        && node.getInputList().stream()
            .allMatch(
                input ->
                    producers.containsKey(input)
                        && graph.isFloat(input)
                        && graph.rank(input) == MAP_RANK)
        && node.getInputList().stream().anyMatch(this::comesFromIntegers);
  }

  private boolean comesFromIntegers(String tensor) {
    return integer.containsValue(tensor);
  }

  /** The result, behind the ReLU where that is all that happens to it. */
  private String resultOf(NodeProto.Builder node) {
    String result = node.getOutput(0);
    List<NodeProto.Builder> next = readers.getOrDefault(result, List.of());
    boolean rectified =
        next.size() == 1
            && next.get(0).getOpType().equals("Relu")
            && !graph.outputs().contains(result);
    return rectified ? next.get(0).getOutput(0) : result;
  }

  private void insert(Map<String, QuantizedTensor> quantized) {
    Map<String, String> rounded = new HashMap<>();
    List<NodeProto.Builder> written = new ArrayList<>();
    // an input of the network is rounded before anything else
    for (String input : graph.inputs()) {
      if (quantized.containsKey(input)) {
        rounded.put(input, quantized.get(input).roundTrip(written));
      }
    }
    for (NodeProto.Builder node : graph.nodes()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        String input = node.getInput(i);
        if (rounded.containsKey(input)
            && (integer.containsKey(node.getName()) || integer.containsValue(input))) {
          node.setInput(i, rounded.get(input));
        }
      }
      written.add(node);
      for (String output : node.getOutputList()) {
        if (quantized.containsKey(output)) {
          rounded.put(output, quantized.get(output).roundTrip(written));
        }
      }
    }
    graph.replaceNodes(written);
  }
}
