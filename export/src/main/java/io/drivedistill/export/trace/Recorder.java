package io.drivedistill.export.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.drivedistill.nn.ArrayObserver;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the calls of one forward pass. Not thread safe: a forward pass runs in one thread. */
final class Recorder {
  private static final Set<String> IN_PLACE =
      Set.of(
          "addi",
          "subi",
          "muli",
          "divi",
          "modi",
          "powi",
          "signi",
          "negi",
          "set",
          "setScalar",
          "intern",
          "rdivi",
          "rmodi",
          "rpowi");

  /** Results that may look into the memory of their receiver. */
  private static final Set<String> VIEWS =
      Set.of(
          "get",
          "reshape",
          "flatten",
          "transpose",
          "swapAxes",
          "expandDims",
          "squeeze",
          "broadcast",
          "split",
          "diagonal",
          "real",
          "toType",
          "toDevice",
          "stopGradient");

  /** Read the shape of their receiver and nothing else: constants. */
  private static final Set<String> OF_SHAPE = Set.of("multiBoxPrior");

  private final List<RecordedCall> calls = new ArrayList<>();
  private final IdentityHashMap<NDArray, TracedArray> arrays = new IdentityHashMap<>();
  private final TracedManagers managers;
  private final Map<String, String> weightNamesByUid;
  private final List<NDArray> made = new ArrayList<>();
  private int nextId;
  private boolean released;

  Recorder(Map<String, String> weightNamesByUid) {
    this.weightNamesByUid = weightNamesByUid;
    this.managers = new TracedManagers(result -> present(result, null));
  }

  List<RecordedCall> calls() {
    return calls;
  }

  /** Closes what was computed: results of parameters would live as long as the parameters. */
  void release() {
    released = true;
    made.forEach(NDArray::close);
    arrays.clear();
  }

  NDArray input(String name, NDArray real) {
    return wrap(real, newValue(real, new Value.Input(name)), new TracedArray.Storage()).standIn;
  }

  /** The stand-in of an array that the block holds; a parameter is known by its identity. */
  NDArray held(NDArray real) {
    return traced(real).standIn;
  }

  /** What an array is at this moment. */
  Value valueOf(NDArray array) {
    return valueOf(traced(array));
  }

  NDManager standInOf(NDManager real) {
    return managers.of(real);
  }

  /** Calls the real object with real arguments; records nothing. */
  static Object plainCall(Object target, Method method, Object[] arguments) throws Throwable {
    IndexSwap swap = new IndexSwap(arguments, Arguments::plain);
    try {
      return method.invoke(target, Arguments.plain(arguments));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      swap.restore();
    }
  }

  /** Computes an operation and, if it depends on an input or parameter, records it. */
  Object call(TracedArray self, Object target, Method method, Object[] arguments) throws Throwable {
    Recorder live = released ? liveAmong(arguments) : this;
    if (live != this) {
      return live.call(live.traced(self.standIn), target, method, arguments);
    }
    boolean inPlace = IN_PLACE.contains(method.getName());
    TracedArray.Storage seen = memoryOf(self, method, arguments);
    boolean symbolic =
        (isSymbolic(self) && !OF_SHAPE.contains(method.getName()))
            || Arguments.arraysIn(arguments).stream().anyMatch(array -> isSymbolic(traced(array)));
    if (!symbolic) {
      Object result = plainCall(target, method, arguments);
      if (inPlace) {
        self.storage.constantVersion++;
      }
      return result == self.real ? self.standIn : present(result, seen);
    }
    if (!inPlace && !givesArrays(method)) {
      throw Escape.through(method);
    }
    Value receiver = valueOf(self);
    List<Object> described = Arguments.describe(arguments, this::valueOf);
    Object result = computed(target, method, arguments);
    List<Value> results = new ArrayList<>();
    if (inPlace) {
      results.add(newValue(self.real, new Value.Computed()));
      self.symbol = results.get(0);
      self.seenVersion = ++self.storage.version;
      self.storage.changedAt = CallSite.here();
    } else if (!(result instanceof NDArray array && arrays.containsKey(array))) {
      for (NDArray array : result instanceof NDList list ? list : new NDList((NDArray) result)) {
        Value value = newValue(array, new Value.Computed());
        wrap(array, value, seen == null ? new TracedArray.Storage() : seen);
        made.add(array);
        results.add(value);
      }
    }
    if (!results.isEmpty()) {
      calls.add(new RecordedCall(method.getName(), receiver, described, results, CallSite.here()));
    }
    return present(result, seen);
  }

  /**
   * A block may keep a table of an earlier pass in a field: the pass that goes on now takes over.
   */
  private Recorder liveAmong(Object[] arguments) {
    return Arguments.arraysIn(arguments).stream()
        .filter(TracedArray.Handle.class::isInstance)
        .map(array -> ((TracedArray.Handle) array).traced().recorder)
        .filter(recorder -> !recorder.released)
        .findFirst()
        .orElse(this);
  }

  /** The memory that a result may look into, or null; at inference dropout hands its input back. */
  private TracedArray.Storage memoryOf(TracedArray self, Method method, Object[] arguments) {
    if (method.getName().equals("dropout") && arguments[0] instanceof NDArray input) {
      return traced(input).storage;
    }
    return VIEWS.contains(method.getName()) ? self.storage : null;
  }

  private static Object computed(Object target, Method method, Object[] arguments)
      throws Throwable {
    try {
      return plainCall(target, method, arguments);
    } catch (UnsupportedOperationException e) {
      throw Escape.notOffered(method, e);
    }
  }

  /** Computes an operation that is no method of an array and records it like one. */
  NDArray observe(String name, ArrayObserver.Computation computation, NDArray... arguments) {
    boolean symbolic = Arrays.stream(arguments).anyMatch(array -> isSymbolic(traced(array)));
    List<Value> values = symbolic ? Arrays.stream(arguments).map(this::valueOf).toList() : null;
    NDArray[] plain = Arrays.stream(arguments).map(Arguments::plain).toArray(NDArray[]::new);
    NDArray result = computation.of(plain);
    if (symbolic) {
      Value value = newValue(result, new Value.Computed());
      wrap(result, value, new TracedArray.Storage());
      made.add(result);
      List<Object> rest = List.copyOf(values.subList(1, values.size()));
      calls.add(new RecordedCall(name, values.get(0), rest, List.of(value), CallSite.here()));
    }
    return (NDArray) present(result, null);
  }

  private static boolean givesArrays(Method method) {
    return NDArray.class.isAssignableFrom(method.getReturnType())
        || NDList.class.isAssignableFrom(method.getReturnType());
  }

  /** The result with stand-ins; new arrays are constants that share the given memory, or none. */
  private Object present(Object result, TracedArray.Storage shared) {
    if (result instanceof NDArray array) {
      boolean known = array instanceof TracedArray.Handle || arrays.containsKey(array);
      TracedArray traced = traced(array);
      if (!known && shared != null) {
        traced.storage = shared;
        traced.seenVersion = shared.version;
      }
      return traced.standIn;
    }
    if (result instanceof NDList list) {
      NDList presented = new NDList();
      list.forEach(array -> presented.add((NDArray) present(array, shared)));
      return presented;
    }
    return result instanceof NDManager manager ? managers.of(manager) : result;
  }

  private TracedArray traced(NDArray array) {
    if (array instanceof TracedArray.Handle handle) {
      TracedArray given = handle.traced();
      return given.recorder == this ? given : ofEarlierPass(given);
    }
    TracedArray known = arrays.get(array);
    if (known != null) {
      return known;
    }
    String weight = released ? null : weightNamesByUid.get(array.getUid());
    Value symbol = weight == null ? null : newValue(array, new Value.Weight(weight, array));
    return wrap(array, symbol, new TracedArray.Storage());
  }

  private TracedArray ofEarlierPass(TracedArray kept) {
    if (kept.symbol != null && !(kept.symbol.source() instanceof Value.Weight)) {
      throw Escape.kept(kept);
    }
    return traced(kept.real);
  }

  private TracedArray wrap(NDArray real, Value symbol, TracedArray.Storage storage) {
    TracedArray traced = new TracedArray(this, real, symbol, storage);
    if (!released) {
      // a scope of the block knows only stand-ins; without this it would close what it returns
      NDScope.unregister(real);
      arrays.put(real, traced);
    }
    return traced;
  }

  private Value newValue(NDArray array, Value.Source source) {
    return new Value(nextId++, array.getDataType(), array.getShape(), source);
  }

  private Value valueOf(TracedArray array) {
    requireFresh(array);
    if (array.symbol != null) {
      return array.symbol;
    }
    boolean old = array.snapshotVersion != array.storage.constantVersion;
    if (array.snapshot == null || old) {
      array.snapshot = newValue(array.real, new Value.Constant(copyOf(array.real)));
      array.snapshotVersion = array.storage.constantVersion;
    }
    return array.snapshot;
  }

  private static boolean isSymbolic(TracedArray array) {
    requireFresh(array);
    return array.symbol != null;
  }

  private static void requireFresh(TracedArray array) {
    if (array.seenVersion != array.storage.version) {
      throw Escape.stale(array);
    }
  }

  private static ByteBuffer copyOf(NDArray array) {
    ByteBuffer data = array.toByteBuffer(false);
    ByteBuffer copy = ByteBuffer.allocate(data.remaining()).order(ByteOrder.nativeOrder());
    copy.put(data).flip();
    return copy;
  }
}
