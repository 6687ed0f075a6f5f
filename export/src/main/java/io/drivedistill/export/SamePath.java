package io.drivedistill.export;

import io.drivedistill.core.DriveDistillException;
import io.drivedistill.export.trace.ArrayIndex;
import io.drivedistill.export.trace.RecordedCall;
import io.drivedistill.export.trace.Recording;
import io.drivedistill.export.trace.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two recordings of one block at different batch sizes, side by side: the same operations on the
 * same arrays, of the same types and numbers of axes. Sizes and data may differ.
 */
final class SamePath {
  /** Told of every array, in both recordings. */
  interface Visitor {
    void visit(Value one, Value other, RecordedCall call);
  }

  private final Map<Integer, Integer> ids = new HashMap<>();
  private final Visitor visitor;

  private SamePath(Visitor visitor) {
    this.visitor = visitor;
  }

  /**
   * Walks both.
   *
   * @throws DriveDistillException naming the first operation that differs
   */
  static void walk(Recording first, Recording second, Visitor visitor) {
    new SamePath(visitor).walk(first, second);
  }

  private void walk(Recording first, Recording second) {
    for (int i = 0; i < first.inputs().size(); i++) {
      ids.put(first.inputs().get(i).id(), second.inputs().get(i).id());
    }
    int common = Math.min(first.calls().size(), second.calls().size());
    for (int i = 0; i < common; i++) {
      RecordedCall call = first.calls().get(i);
      if (!same(call, second.calls().get(i))) {
        throw differs(call);
      }
    }
    if (first.calls().size() != second.calls().size()) {
      throw differs((first.calls().size() > common ? first : second).calls().get(common));
    }
    for (int i = 0; i < first.outputs().size(); i++) {
      if (!same(first.outputs().get(i), second.outputs().get(i), null)) {
        throw new DriveDistillException(
            "The forward pass returns another array as output "
                + i
                + " for another batch size: "
                + first.outputs().get(i).shape()
                + " and "
                + second.outputs().get(i).shape(),
            "Maybe an if in the block looks at the batch size; export with a fixed batch size.");
      }
    }
  }

  private boolean same(RecordedCall one, RecordedCall other) {
    boolean matches =
        one.name().equals(other.name())
            && one.results().size() == other.results().size()
            && same(one.receiver(), other.receiver(), one)
            && same(one.arguments(), other.arguments(), one);
    for (int i = 0; matches && i < one.results().size(); i++) {
      ids.put(one.results().get(i).id(), other.results().get(i).id());
      matches = same(one.results().get(i), other.results().get(i), one);
    }
    return matches;
  }

  private boolean same(Object one, Object other, RecordedCall call) {
    if (one instanceof Value value) {
      return other instanceof Value second && sameArray(value, second, call);
    }
    if (one instanceof List<?> list) {
      return other instanceof List<?> second && sameList(list, second, call);
    }
    if (one instanceof ArrayIndex index) {
      return other instanceof ArrayIndex second
          && index.ellipsis() == second.ellipsis()
          && sameList(index.elements(), second.elements(), call);
    }
    if (one instanceof ArrayIndex.Take take) {
      return other instanceof ArrayIndex.Take second
          && same(take.positions(), second.positions(), call);
    }
    if (one instanceof ArrayIndex.Pick pick) {
      return other instanceof ArrayIndex.Pick second
          && same(pick.positions(), second.positions(), call);
    }
    if (one instanceof ArrayIndex.Mask mask) {
      return other instanceof ArrayIndex.Mask second && same(mask.mask(), second.mask(), call);
    }
    if (one instanceof long[] sizes) {
      return other instanceof long[] second && sizes.length == second.length;
    }
    return one == null ? other == null : other != null && one.getClass() == other.getClass();
  }

  private boolean sameList(List<?> one, List<?> other, RecordedCall call) {
    boolean matches = one.size() == other.size();
    for (int i = 0; matches && i < one.size(); i++) {
      matches = same(one.get(i), other.get(i), call);
    }
    return matches;
  }

  private boolean sameArray(Value one, Value other, RecordedCall call) {
    boolean matches =
        one.type() == other.type()
            && one.shape().dimension() == other.shape().dimension()
            && sameSource(one, other);
    if (matches) {
      visitor.visit(one, other, call);
    }
    return matches;
  }

  private boolean sameSource(Value one, Value other) {
    if (one.source() instanceof Value.Weight weight) {
      return other.source() instanceof Value.Weight second && weight.name().equals(second.name());
    }
    if (one.source() instanceof Value.Constant) {
      return other.source() instanceof Value.Constant;
    }
    Integer known = ids.get(one.id());
    return known != null && known == other.id();
  }

  private static DriveDistillException differs(RecordedCall call) {
    return new DriveDistillException(
        "The forward pass runs other operations for another batch size; the first one that differs"
            + " is "
            + call.name()
            + " at "
            + call.site(),
        "Maybe a loop or an if in the block looks at the batch size, or squeeze() drops a batch of"
            + " one; export with a fixed batch size or write it with array operations.");
  }
}
