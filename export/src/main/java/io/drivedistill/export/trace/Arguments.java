package io.drivedistill.export.trace;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Arguments of an array operation: as the engine needs them, and as a recording keeps them. */
final class Arguments {
  private Arguments() {}

  /** With the real arrays and managers instead of stand-ins. */
  static Object[] plain(Object[] arguments) {
    return Arrays.stream(arguments).map(Arguments::plain).toArray();
  }

  static Object plain(Object argument) {
    if (argument instanceof TracedArray.Handle handle) {
      return handle.traced().real;
    }
    if (argument instanceof TracedManagers.Handle handle) {
      return handle.realManager();
    }
    if (argument instanceof NDList list) {
      NDList plain = new NDList();
      list.forEach(array -> plain.add((NDArray) plain(array)));
      return plain;
    }
    return argument;
  }

  /** Every array among the arguments. */
  static List<NDArray> arraysIn(Object[] arguments) {
    List<NDArray> arrays = new ArrayList<>();
    for (Object argument : arguments) {
      if (argument instanceof NDArray array) {
        arrays.add(array);
      } else if (argument instanceof NDList list) {
        arrays.addAll(list);
      } else if (argument instanceof NDIndex index) {
        arrays.addAll(IndexSwap.arraysOf(index));
      }
    }
    return arrays;
  }

  /** As {@link RecordedCall} wants them; managers are left out. */
  static List<Object> describe(Object[] arguments, Function<NDArray, Value> valueOf) {
    List<Object> described = new ArrayList<>();
    for (Object argument : arguments) {
      if (!(argument instanceof NDManager)) {
        described.add(describe(argument, valueOf));
      }
    }
    return described;
  }

  private static Object describe(Object argument, Function<NDArray, Value> valueOf) {
    if (argument instanceof NDArray array) {
      return valueOf.apply(array);
    }
    if (argument instanceof NDList list) {
      return list.stream().map(valueOf).toList();
    }
    if (argument instanceof NDIndex index) {
      return IndexSwap.describe(index, valueOf);
    }
    if (argument instanceof Shape shape) {
      return shape.getShape();
    }
    if (argument instanceof int[] values) {
      return Arrays.stream(values).asLongStream().toArray();
    }
    boolean plain =
        argument == null
            || argument instanceof Number
            || argument instanceof Boolean
            || argument instanceof String
            || argument instanceof Enum<?>
            || argument instanceof long[]
            || argument instanceof float[]
            || argument instanceof DataType
            || argument instanceof SparseFormat
            || argument instanceof Device;
    if (!plain) {
      throw Escape.with(argument);
    }
    return argument;
  }
}
