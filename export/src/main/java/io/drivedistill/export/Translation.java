package io.drivedistill.export;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.ElementTypes;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.graph.TensorType;
import io.drivedistill.export.graph.UnsupportedSizeException;
import io.drivedistill.export.lowering.Lowering;
import io.drivedistill.export.lowering.Lowerings;
import io.drivedistill.export.lowering.Nodes;
import io.drivedistill.export.lowering.Operation;
import io.drivedistill.export.trace.ArrayIndex;
import io.drivedistill.export.trace.RecordedCall;
import io.drivedistill.export.trace.Recording;
import io.drivedistill.export.trace.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Says a recording in ONNX. With two recordings of one block at neighbouring batch sizes, every
 * size that differs between them is known to grow with the batch, so nothing of the example's batch
 * size is frozen into the graph.
 */
final class Translation {
  private final Recording first;
  private final Recording second;
  private final long firstBatch;
  private final Lowerings lowerings;
  private final List<String> outputNames;
  private final OnnxGraph graph;
  private final Map<Integer, Tensor> tensors = new HashMap<>();

  /**
   * A translation.
   *
   * @param second the same pass with one more example in the batch, or {@code first} where the
   *     batch is fixed
   * @param outputNames one per output of the recordings
   */
  Translation(
      Recording first,
      Recording second,
      long firstBatch,
      Lowerings lowerings,
      List<String> outputNames) {
    this.first = first;
    this.second = second;
    this.firstBatch = firstBatch;
    this.lowerings = lowerings;
    this.outputNames = outputNames;
    this.graph = new OnnxGraph(Set.copyOf(outputNames));
  }

  GraphProto graph(String name) {
    for (int i = 0; i < first.inputs().size(); i++) {
      Value input = first.inputs().get(i);
      tensors.put(
          input.id(),
          graph.input(
              ((Value.Input) input.source()).name(), typeOf(input, second.inputs().get(i))));
    }
    for (int i = 0; i < first.calls().size(); i++) {
      lower(first.calls().get(i), second.calls().get(i));
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < outputNames.size(); i++) {
      outputs.put(
          outputNames.get(i),
          tensor(
              first.outputs().get(i),
              second.outputs().get(i),
              "returned as " + outputNames.get(i)));
    }
    return graph.finish(name, outputs);
  }

  private void lower(RecordedCall call, RecordedCall other) {
    graph.enter(call.name(), call.site());
    List<Object> arguments = new ArrayList<>();
    for (int i = 0; i < call.arguments().size(); i++) {
      arguments.add(argument(call.arguments().get(i), other.arguments().get(i), call));
    }
    List<TensorType> results = new ArrayList<>();
    for (int i = 0; i < call.results().size(); i++) {
      results.add(typeOf(call.results().get(i), other.results().get(i)));
    }
    Operation operation =
        new Operation(
            call.name(),
            tensor(call.receiver(), other.receiver(), readBy(call)),
            arguments,
            results,
            call.site());
    List<Tensor> lowered = lowered(operation);
    for (int i = 0; i < results.size(); i++) {
      tensors.put(call.results().get(i).id(), lowered.get(i));
    }
  }

  private List<Tensor> lowered(Operation operation) {
    Lowering family = lowerings.of(operation);
    operation.results().stream()
        .map(TensorType::type)
        .filter(type -> !ElementTypes.isKnown(type))
        .findAny()
        .ifPresent(
            type -> {
              throw operation.unsupported(
                  "gives elements of type " + type + ", for which no ONNX type is known",
                  "Maybe bring the arrays to one element type before, float32 or int64.");
            });
    boolean cut = operation.name().equals("get"); // its lowering knows what a batch of one leaves
    if (!cut && operation.results().stream().allMatch(Translation::isEmpty)) {
      return operation.results().stream().map(this::empty).toList();
    }
    try {
      List<Tensor> lowered = family.lower(operation, graph);
      List<TensorType> types = lowered.stream().map(Tensor::type).toList();
      if (!types.equals(operation.results())) {
        throw operation.unsupported(
            "is lowered to " + types + ", where DJL computed " + operation.results(),
            "Maybe it cuts the batch axis at a place that not every traced batch reaches, or a"
                + " lowering of your own is at fault; report it if it is neither.");
      }
      return lowered;
    } catch (UnsupportedSizeException e) {
      throw operation.unsupported(
          "has no lowering for " + e.getMessage(),
          "Maybe leave that axis out, or export with a fixed batch size.");
    }
  }

  private static boolean isEmpty(TensorType type) {
    return type.dims().stream().anyMatch(dim -> dim.is(0));
  }

  /** No elements are the same whatever gave them, and not every kernel of a runtime bears them. */
  private Tensor empty(TensorType type) {
    List<Dim> thin = type.dims().stream().map(dim -> dim.isFixed() ? dim : Dim.of(1)).toList();
    return Nodes.expand(
        graph, graph.constant(type.with(thin), ByteBuffer.allocate(0)), type.dims());
  }

  private Object argument(Object a, Object b, RecordedCall call) {
    if (a == null) {
      return Operation.ABSENT;
    }
    if (a instanceof Value value) {
      return tensor(value, (Value) b, readBy(call));
    }
    if (a instanceof List<?> list) {
      List<?> others = (List<?>) b;
      List<Object> merged = new ArrayList<>();
      for (int i = 0; i < list.size(); i++) {
        merged.add(argument(list.get(i), others.get(i), call));
      }
      return merged;
    }
    if (a instanceof long[] sizes) {
      List<Dim> dims = new ArrayList<>();
      for (int i = 0; i < sizes.length; i++) {
        dims.add(dim(sizes[i], ((long[]) b)[i]));
      }
      return dims;
    }
    if (a instanceof ArrayIndex index) {
      return index(index, (ArrayIndex) b, call);
    }
    if (a instanceof Long || a instanceof Integer || a instanceof Short || a instanceof Byte) {
      return dim(((Number) a).longValue(), ((Number) b).longValue());
    }
    if (!Objects.deepEquals(a, b)) {
      throw growing(call, a + " and " + b);
    }
    return a;
  }

  private ArrayIndex index(ArrayIndex a, ArrayIndex b, RecordedCall call) {
    List<ArrayIndex.Element> elements = new ArrayList<>();
    for (int i = 0; i < a.elements().size(); i++) {
      ArrayIndex.Element one = a.elements().get(i);
      ArrayIndex.Element two = b.elements().get(i);
      if (one instanceof ArrayIndex.Take take) {
        elements.add(
            new ArrayIndex.Take(
                tensor(
                    (Value) take.positions(),
                    (Value) ((ArrayIndex.Take) two).positions(),
                    readBy(call))));
      } else if (one instanceof ArrayIndex.Pick pick) {
        elements.add(
            new ArrayIndex.Pick(
                tensor(
                    (Value) pick.positions(),
                    (Value) ((ArrayIndex.Pick) two).positions(),
                    readBy(call))));
      } else if (one instanceof ArrayIndex.Mask mask) {
        elements.add(
            new ArrayIndex.Mask(
                tensor((Value) mask.mask(), (Value) ((ArrayIndex.Mask) two).mask(), readBy(call))));
      } else if (one.equals(two)) {
        elements.add(one);
      } else {
        throw growing(call, one + " and " + two);
      }
    }
    return new ArrayIndex(elements, a.ellipsis());
  }

  private static String readBy(RecordedCall call) {
    return "used by " + call.name() + " at " + call.site();
  }

  private static DriveDistillException growing(RecordedCall call, String found) {
    return new DriveDistillException(
        "An argument of "
            + call.name()
            + " at "
            + call.site()
            + " depends on the batch size: "
            + found,
        "Maybe export with a fixed batch size, or write the step so that it does not read the size"
            + " of the batch axis.");
  }

  private Dim dim(long a, long b) {
    return Dim.through(a, b, firstBatch);
  }

  private TensorType typeOf(Value a, Value b) {
    Shape shape = a.shape();
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < shape.dimension(); i++) {
      dims.add(dim(shape.get(i), b.shape().get(i)));
    }
    return new TensorType(a.type(), dims);
  }

  /**
   * The tensor of a value.
   *
   * @param user who reads it, for errors
   */
  private Tensor tensor(Value a, Value b, String user) {
    Tensor known = tensors.get(a.id());
    if (known != null) {
      return known;
    }
    Tensor tensor;
    if (a.source() instanceof Value.Weight weight) {
      tensor = graph.weight(weight.name(), typeOf(a, b), weight.array().toByteBuffer(true));
    } else if (a.source() instanceof Value.Constant constant) {
      tensor =
          new BatchedConstant(graph, typeOf(a, b), firstBatch, user)
              .tensor(constant.data(), ((Value.Constant) b.source()).data());
    } else {
      throw new IllegalStateException("A value is used before it is computed: " + a);
    }
    tensors.put(a.id(), tensor);
    return tensor;
  }
}
