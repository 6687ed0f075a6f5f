package io.drivedistill.export.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexAll;
import ai.djl.ndarray.index.dim.NDIndexBooleans;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexFixed;
import ai.djl.ndarray.index.dim.NDIndexNull;
import ai.djl.ndarray.index.dim.NDIndexPick;
import ai.djl.ndarray.index.dim.NDIndexSlice;
import ai.djl.ndarray.index.dim.NDIndexTake;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Puts real arrays into the {@code NDIndex} arguments of a call while it runs, and takes them out
 * again on restore: an index cannot be rebuilt from outside, but its element list can be changed.
 */
final class IndexSwap {
  private final List<NDIndex> indices = new ArrayList<>();
  private final List<List<NDIndexElement>> originals = new ArrayList<>();

  IndexSwap(Object[] arguments, UnaryOperator<Object> plain) {
    for (Object argument : arguments) {
      if (argument instanceof NDIndex index && !arraysOf(index).isEmpty()) {
        indices.add(index);
        originals.add(List.copyOf(index.getIndices()));
        index.getIndices().replaceAll(element -> plainElement(element, plain));
      }
    }
  }

  void restore() {
    for (int i = 0; i < indices.size(); i++) {
      List<NDIndexElement> elements = indices.get(i).getIndices();
      for (int j = 0; j < elements.size(); j++) {
        elements.set(j, originals.get(i).get(j));
      }
    }
  }

  static List<NDArray> arraysOf(NDIndex index) {
    List<NDArray> arrays = new ArrayList<>();
    for (NDIndexElement element : index.getIndices()) {
      if (element instanceof NDIndexTake take) {
        arrays.add(take.getIndex());
      } else if (element instanceof NDIndexPick pick) {
        arrays.add(pick.getIndex());
      } else if (element instanceof NDIndexBooleans mask) {
        arrays.add(mask.getIndex());
      }
    }
    return arrays;
  }

  private static NDIndexElement plainElement(NDIndexElement element, UnaryOperator<Object> plain) {
    if (element instanceof NDIndexTake take) {
      return new NDIndexTake((NDArray) plain.apply(take.getIndex()));
    }
    if (element instanceof NDIndexPick pick) {
      return new NDIndexPick((NDArray) plain.apply(pick.getIndex()));
    }
    if (element instanceof NDIndexBooleans mask) {
      return new NDIndexBooleans((NDArray) plain.apply(mask.getIndex()));
    }
    return element;
  }

  static ArrayIndex describe(NDIndex index, Function<NDArray, Value> valueOf) {
    List<ArrayIndex.Element> elements =
        index.getIndices().stream().map(element -> describe(element, valueOf)).toList();
    return new ArrayIndex(elements, index.getEllipsisIndex());
  }

  private static ArrayIndex.Element describe(
      NDIndexElement element, Function<NDArray, Value> valueOf) {
    if (element instanceof NDIndexFixed fixed) {
      return new ArrayIndex.At(fixed.getIndex());
    }
    if (element instanceof NDIndexSlice slice) {
      return new ArrayIndex.Range(slice.getMin(), slice.getMax(), slice.getStep());
    }
    if (element instanceof NDIndexTake take) {
      return new ArrayIndex.Take(valueOf.apply(take.getIndex()));
    }
    if (element instanceof NDIndexPick pick) {
      return new ArrayIndex.Pick(valueOf.apply(pick.getIndex()));
    }
    if (element instanceof NDIndexBooleans mask) {
      return new ArrayIndex.Mask(valueOf.apply(mask.getIndex()));
    }
    if (element instanceof NDIndexNull) {
      return new ArrayIndex.NewAxis();
    }
    if (element instanceof NDIndexAll) {
      return new ArrayIndex.All();
    }
    throw new IllegalStateException("Unknown index element " + element.getClass());
  }
}
