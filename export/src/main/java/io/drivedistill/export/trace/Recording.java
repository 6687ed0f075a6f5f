package io.drivedistill.export.trace;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything one forward pass did to arrays.
 *
 * @param inputs the network inputs
 * @param calls operations in the order they ran
 * @param outputs the arrays the block returned
 * @param outputNames their names where the block set them, else null
 */
public record Recording(
    List<Value> inputs, List<RecordedCall> calls, List<Value> outputs, List<String> outputNames) {

  /** The same pass with only the given outputs and without calls that none of them needs. */
  public Recording keeping(List<Integer> outputIndices) {
    List<Value> kept = outputIndices.stream().map(outputs::get).toList();
    Set<Integer> needed = new HashSet<>();
    kept.forEach(value -> needed.add(value.id()));
    ArrayDeque<RecordedCall> live = new ArrayDeque<>();
    for (int i = calls.size() - 1; i >= 0; i--) {
      RecordedCall call = calls.get(i);
      if (call.results().stream().anyMatch(value -> needed.contains(value.id()))) {
        live.addFirst(call);
        needed.add(call.receiver().id());
        call.arguments().forEach(argument -> collect(argument, needed));
      }
    }
    return new Recording(
        inputs, List.copyOf(live), kept, outputIndices.stream().map(outputNames::get).toList());
  }

  private static void collect(Object argument, Set<Integer> ids) {
    if (argument instanceof Value value) {
      ids.add(value.id());
    } else if (argument instanceof List<?> list) {
      list.forEach(element -> collect(element, ids));
    } else if (argument instanceof ArrayIndex index) {
      for (ArrayIndex.Element element : index.elements()) {
        if (element instanceof ArrayIndex.Take take) {
          collect(take.positions(), ids);
        } else if (element instanceof ArrayIndex.Pick pick) {
          collect(pick.positions(), ids);
        } else if (element instanceof ArrayIndex.Mask mask) {
          collect(mask.mask(), ids);
        }
      }
    }
  }
}
