package io.drivedistill.export.lowering;

import io.drivedistill.export.graph.Attributes;
import io.drivedistill.export.graph.Dim;
import io.drivedistill.export.graph.OnnxGraph;
import io.drivedistill.export.graph.Tensor;
import io.drivedistill.export.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Fused recurrent layers. PyTorch keeps the gates of an LSTM as input, forget, cell, output and of
 * a GRU as reset, update, new; ONNX wants input, output, forget, cell and update, reset, hidden.
 */
final class Recurrent implements Lowering {
  @Override
  public Set<String> operations() {
    return Set.of("lstm", "gru", "rnn");
  }

  @Override
  public List<Tensor> lower(Operation operation, OnnxGraph graph) {
    return new Layers(operation, graph).outputs();
  }

  /** The layers of one call. */
  private static final class Layers {
    private final Operation operation;
    private final OnnxGraph graph;
    private final String kind;
    private final int[] gates;
    private final boolean biases;
    private final int count;
    private final int directions;
    private final boolean batchFirst;
    private final List<Tensor> states;
    private final List<Tensor> parameters;

    Layers(Operation operation, OnnxGraph graph) {
      this.operation = operation;
      this.graph = graph;
      this.kind = operation.name();
      boolean lstm = kind.equals("lstm");
      this.states = lstm ? operation.tensors(1) : List.of(operation.tensor(1));
      this.parameters = operation.tensors(2);
      this.biases = operation.flag(3);
      this.count = operation.integer(4);
      int shift = kind.equals("rnn") ? 1 : 0;
      if (operation.flag(6 + shift)) {
        throw operation.unsupported("is in training mode", "Maybe pass training = false.");
      }
      this.directions = operation.flag(7 + shift) ? 2 : 1;
      this.batchFirst = operation.flag(8 + shift);
      this.gates =
          lstm ? new int[] {0, 3, 1, 2} : kind.equals("gru") ? new int[] {1, 0, 2} : new int[] {0};
    }

    List<Tensor> outputs() {
      Tensor x = operation.tensor(0);
      x = batchFirst ? Nodes.transpose(graph, x, 1, 0, 2) : x;
      List<List<Tensor>> last = new ArrayList<>();
      states.forEach(state -> last.add(new ArrayList<>()));
      for (int layer = 0; layer < count; layer++) {
        List<Tensor> results = layer(x, layer);
        x = joinDirections(results.get(0));
        for (int i = 0; i < states.size(); i++) {
          last.get(i).add(results.get(i + 1));
        }
      }
      List<Tensor> all = new ArrayList<>();
      all.add(batchFirst ? Nodes.transpose(graph, x, 1, 0, 2) : x);
      last.forEach(
          parts -> all.add(parts.size() == 1 ? parts.get(0) : Nodes.concat(graph, parts, 0)));
      return all.subList(0, operation.results().size());
    }

    private List<Tensor> layer(Tensor x, int layer) {
      int hidden = Math.toIntExact(states.get(0).dim(2).fixed());
      Tensor weight = perDirection(layer, 0, hidden);
      Tensor recurrence = perDirection(layer, 1, hidden);
      Tensor bias =
          biases
              ? Nodes.concat(
                  graph, List.of(perDirection(layer, 2, hidden), perDirection(layer, 3, hidden)), 1)
              : null;
      List<Tensor> operands = new ArrayList<>(Arrays.asList(x, weight, recurrence, bias, null));
      List<Dim> stateDims = List.of(Dim.of(directions), states.get(0).dim(1), states.get(0).dim(2));
      List<TensorType> types = new ArrayList<>();
      types.add(
          new TensorType(
              x.dataType(), List.of(x.dim(0), Dim.of(directions), x.dim(1), Dim.of(hidden))));
      for (Tensor state : states) {
        operands.add(
            count == 1
                ? state
                : Nodes.slice(
                    graph, state, 0, (long) layer * directions, (layer + 1L) * directions));
        types.add(new TensorType(x.dataType(), stateDims));
      }
      return graph.nodes(kind.toUpperCase(Locale.ROOT), operands, types, attributes(hidden));
    }

    private Attributes attributes(int hidden) {
      Attributes attributes =
          Attributes.of("hidden_size", hidden)
              .and("direction", directions == 2 ? "bidirectional" : "forward");
      if (kind.equals("gru")) {
        return attributes.and("linear_before_reset", 1);
      }
      if (kind.equals("rnn")) {
        String function = operation.arguments().get(5).toString().equals("RELU") ? "Relu" : "Tanh";
        return attributes.and("activations", Collections.nCopies(directions, function));
      }
      return attributes;
    }

    /** [directions, gates·hidden, …] of one of a layer's arrays, its gates in the order of ONNX. */
    private Tensor perDirection(int layer, int which, int hidden) {
      int perCell = biases ? 4 : 2;
      List<Tensor> all = new ArrayList<>();
      for (int direction = 0; direction < directions; direction++) {
        Tensor parameter = parameters.get((layer * directions + direction) * perCell + which);
        List<Tensor> ordered = new ArrayList<>();
        for (int gate : gates) {
          ordered.add(
              gates.length == 1
                  ? parameter
                  : Nodes.slice(graph, parameter, 0, (long) gate * hidden, (gate + 1L) * hidden));
        }
        Tensor joined = ordered.size() == 1 ? ordered.get(0) : Nodes.concat(graph, ordered, 0);
        all.add(Nodes.unsqueeze(graph, joined, 0));
      }
      return all.size() == 1 ? all.get(0) : Nodes.concat(graph, all, 0);
    }

    /** [T, directions, B, H] to [T, B, directions·H]. */
    private Tensor joinDirections(Tensor y) {
      if (directions == 1) {
        return Nodes.squeeze(graph, y, 1);
      }
      Tensor swapped = Nodes.transpose(graph, y, 0, 2, 1, 3);
      return Nodes.reshape(
          graph, swapped, List.of(y.dim(0), y.dim(2), Dim.of(2 * y.dim(3).fixed())));
    }
  }
}
