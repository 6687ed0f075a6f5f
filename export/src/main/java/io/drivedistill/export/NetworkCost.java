package io.drivedistill.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.drivedistill.export.trace.RecordedCall;
import io.drivedistill.export.trace.Recording;
import io.drivedistill.export.trace.Tracer;
import io.drivedistill.export.trace.Value;
import io.drivedistill.nn.GridSample;
import io.drivedistill.nn.TensorLibrary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What one inference at batch 1 costs, counted on a recorded forward pass: a multiplication and an
 * addition are two operations, every other result element is one. Operations without weights, such
 * as attention scores, belong to the part whose weights were used last.
 *
 * @param parts in the order in which they first run
 * @param weightBytes of all weights that inference uses
 * @param activationBytes largest sum of arrays that are alive at once beside the weights
 */
public record NetworkCost(List<Part> parts, long weightBytes, long activationBytes) {
  private static final Set<String> VIEWS =
      Set.of(
          "reshape",
          "transpose",
          "swapAxes",
          "expandDims",
          "squeeze",
          "broadcast",
          "split",
          "get",
          "flatten",
          "stopGradient");
  private static final String INPUT = "input";

  /** Four corners with a weight each. */
  private static final long SAMPLE_OPERATIONS = 8;

  /**
   * A part of a network.
   *
   * @param name as the caller named it
   * @param parameters that inference uses
   * @param operations of one inference
   */
  public record Part(String name, long parameters, long operations) {}

  /** Copies the list. */
  public NetworkCost {
    parts = List.copyOf(parts);
  }

  /** Operations of all parts. */
  public long operations() {
    return parts.stream().mapToLong(Part::operations).sum();
  }

  /**
   * Counts.
   *
   * @param block an initialised block
   * @param inputs its inputs
   * @param partOf name of the part that a parameter belongs to, by its dotted path
   */
  public static NetworkCost of(Block block, List<InputSpec> inputs, UnaryOperator<String> partOf) {
    Map<String, Parameter> parameters = ParameterPaths.of(block);
    try (NDManager manager = TensorLibrary.newManager()) {
      SplittableRandom random = new SplittableRandom(1);
      Map<String, NDArray> examples = new LinkedHashMap<>();
      inputs.forEach(input -> examples.put(input.name(), input.random(manager, 1, random)));
      Recording recording = Tracer.record(block, examples, parameters);
      List<Integer> all = IntStream.range(0, recording.outputs().size()).boxed().toList();
      return new Count(partOf).of(recording.keeping(all));
    }
  }

  /** The count of one recording. */
  private static final class Count {
    private final UnaryOperator<String> partOf;
    private final Map<String, long[]> parts = new LinkedHashMap<>();
    private final Map<String, Long> weights = new HashMap<>();
    private final Map<Integer, Integer> memoryOf = new HashMap<>();
    private final Map<Integer, Integer> lastUse = new HashMap<>();
    private String part = INPUT;

    Count(UnaryOperator<String> partOf) {
      this.partOf = partOf;
    }

    NetworkCost of(Recording recording) {
      List<RecordedCall> calls = recording.calls();
      long weightBytes = 0;
      for (RecordedCall call : calls) {
        for (Value value : values(call)) {
          if (value.source() instanceof Value.Weight weight
              && weights.putIfAbsent(weight.name(), value.shape().size()) == null) {
            totals(partOf.apply(weight.name()))[0] += value.shape().size();
            weightBytes += bytes(value);
          }
        }
        values(call).stream()
            .filter(value -> value.source() instanceof Value.Weight)
            .findFirst()
            .ifPresent(value -> part = partOf.apply(((Value.Weight) value.source()).name()));
        totals(part)[1] += operations(call);
      }
      List<Part> counted =
          parts.entrySet().stream()
              .map(entry -> new Part(entry.getKey(), entry.getValue()[0], entry.getValue()[1]))
              .toList();
      return new NetworkCost(counted, weightBytes, mostAlive(recording));
    }

    private long[] totals(String name) {
      return parts.computeIfAbsent(name, n -> new long[2]);
    }

    private static List<Value> values(RecordedCall call) {
      List<Value> values = new ArrayList<>();
      values.add(call.receiver());
      for (Object argument : call.arguments()) {
        if (argument instanceof Value value) {
          values.add(value);
        } else if (argument instanceof List<?> list) {
          list.stream().filter(Value.class::isInstance).map(Value.class::cast).forEach(values::add);
        }
      }
      return values;
    }

    private static long operations(RecordedCall call) {
      long elements = call.results().stream().mapToLong(value -> value.shape().size()).sum();
      return switch (call.name()) {
        case "matMul", "dot", "batchMatMul" -> 2 * elements * last(call.receiver().shape());
        case "linear" -> 2 * elements * last(((Value) call.arguments().get(1)).shape());
        case "convolution" -> {
          Shape kernel = ((Value) call.arguments().get(1)).shape();
          yield 2 * elements * (kernel.size() / kernel.get(0));
        }
        case GridSample.OPERATION -> SAMPLE_OPERATIONS * elements;
        default -> VIEWS.contains(call.name()) ? 0 : elements;
      };
    }

    private static long last(Shape shape) {
      return shape.get(shape.dimension() - 1);
    }

    private static long bytes(Value value) {
      return value.shape().size() * value.type().getNumOfBytes();
    }

    /** Arrays live from the call that makes them to the last one that reads them or a view. */
    private long mostAlive(Recording recording) {
      List<RecordedCall> calls = recording.calls();
      for (int i = 0; i < calls.size(); i++) {
        RecordedCall call = calls.get(i);
        boolean view = VIEWS.contains(call.name());
        for (Value result : call.results()) {
          memoryOf.put(result.id(), view ? memory(call.receiver()) : result.id());
        }
        for (Value value : values(call)) {
          lastUse.put(memory(value), i);
        }
      }
      recording.outputs().forEach(output -> lastUse.put(memory(output), calls.size()));
      Map<Integer, Long> alive = new HashMap<>();
      recording.inputs().forEach(input -> alive.put(input.id(), bytes(input)));
      long most = 0;
      for (int i = 0; i < calls.size(); i++) {
        int now = i;
        if (!VIEWS.contains(calls.get(i).name())) {
          calls.get(i).results().forEach(result -> alive.put(result.id(), bytes(result)));
        }
        most = Math.max(most, alive.values().stream().mapToLong(Long::longValue).sum());
        alive.keySet().removeIf(id -> lastUse.getOrDefault(id, -1) <= now);
      }
      return most;
    }

    private int memory(Value value) {
      return memoryOf.getOrDefault(value.id(), value.id());
    }
  }
}
