package io.drivedistill.export.trace;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.drivedistill.core.DriveDistillException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

  private final List<RecordedCall> calls = new ArrayList<>();
  private final IdentityHashMap<NDArray, TracedArray> arrays = new IdentityHashMap<>();
  private final IdentityHashMap<NDManager, NDManager> managers = new IdentityHashMap<>();
  private final Map<String, String> weightNamesByUid;
  private int nextId;

  Recorder(Map<String, String> weightNamesByUid) {
    this.weightNamesByUid = weightNamesByUid;
  }

  List<RecordedCall> calls() {
    return calls;
  }

  NDArray input(String name, NDArray real) {
    return wrap(real, newValue(real, new Value.Input(name)), new TracedArray.Storage()).standIn;
  }

  NDArray weight(NDArray real) {
    return traced(real).standIn;
  }

  /** The value of an array the block returned. */
  Value output(NDArray array) {
    return valueOf(traced(array));
  }

  NDManager standInOf(NDManager real) {
    return managers.computeIfAbsent(
        real,
        key ->
            (NDManager)
                Proxy.newProxyInstance(
                    Recorder.class.getClassLoader(),
                    new Class<?>[] {NDManager.class, ManagerHandle.class},
                    (proxy, method, arguments) -> managerCall(key, method, arguments)));
  }

  /** Implemented by every stand-in of a manager. */
  interface ManagerHandle {
    NDManager realManager();
  }

  private Object managerCall(NDManager manager, Method method, Object[] arguments)
      throws Throwable {
    Object[] given = arguments == null ? new Object[0] : arguments;
    String name = method.getName();
    if (method.getDeclaringClass() == ManagerHandle.class) {
      return manager;
    }
    if (name.equals("from") && given[0] instanceof TracedArray.Handle) {
      return given[0];
    }
    if (name.startsWith("random") || name.equals("truncatedNormal") || name.startsWith("sample")) {
      throw new DriveDistillException(
          "The forward pass draws random numbers with " + name + " at " + CallSite.here(),
          "Maybe the block is not in inference mode, or it must take its noise as an input.");
    }
    return present(plainCall(manager, method, given));
  }

  private Object present(Object result) {
    if (result instanceof NDArray array) {
      return traced(array).standIn;
    }
    if (result instanceof NDList list) {
      NDList presented = new NDList();
      list.forEach(array -> presented.add(traced(array).standIn));
      return presented;
    }
    return result instanceof NDManager manager ? standInOf(manager) : result;
  }

  /** Calls the real object with real arguments; records nothing. */
  Object plainCall(Object target, Method method, Object[] arguments) throws Throwable {
    Object[] plain = new Object[arguments.length];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = plain(arguments[i]);
    }
    IndexSwap swap = new IndexSwap(arguments, this::plain);
    try {
      return method.invoke(target, plain);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      swap.restore();
    }
  }

  /** Computes an operation and, if it depends on an input or parameter, records it. */
  Object call(TracedArray self, Object target, Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    if (!isSymbolic(self) && !isSymbolic(arguments)) {
      Object result = plainCall(target, method, arguments);
      if (IN_PLACE.contains(name)) {
        self.snapshot = null;
      }
      return result == self.real ? self.standIn : shared(self, name, present(result));
    }
    boolean inPlace = IN_PLACE.contains(name);
    Class<?> type = method.getReturnType();
    if (!inPlace && !NDArray.class.isAssignableFrom(type) && !NDList.class.isAssignableFrom(type)) {
      throw escape(method);
    }
    Value receiver = valueOf(self);
    List<Object> described = describe(arguments);
    Object result = plainCall(target, method, arguments);
    if (inPlace) {
      Value changed = newValue(self.real, new Value.Computed());
      calls.add(new RecordedCall(name, receiver, described, List.of(changed), CallSite.here()));
      self.symbol = changed;
      self.seenVersion = ++self.storage.version;
      return type == void.class ? null : self.standIn;
    }
    if (result == self.real) {
      return self.standIn;
    }
    TracedArray.Storage storage = VIEWS.contains(name) ? self.storage : new TracedArray.Storage();
    List<Value> results = new ArrayList<>();
    Object presented;
    if (result instanceof NDList list) {
      NDList standIns = new NDList();
      for (NDArray array : list) {
        results.add(newValue(array, new Value.Computed()));
        standIns.add(wrap(array, results.get(results.size() - 1), storage).standIn);
      }
      presented = standIns;
    } else {
      NDArray array = (NDArray) result;
      results.add(newValue(array, new Value.Computed()));
      presented = wrap(array, results.get(0), storage).standIn;
    }
    calls.add(new RecordedCall(name, receiver, described, results, CallSite.here()));
    return presented;
  }

  private Object shared(TracedArray self, String name, Object presented) {
    if (VIEWS.contains(name) && presented instanceof TracedArray.Handle handle) {
      handle.traced().storage = self.storage;
      handle.traced().seenVersion = self.storage.version;
    }
    return presented;
  }

  private static DriveDistillException escape(Method method) {
    boolean borrowed =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames.anyMatch(
                        frame -> frame.getClassName().equals("ai.djl.pytorch.engine.PtNDManager")));
    String site = CallSite.here();
    if (borrowed) {
      return new DriveDistillException(
          "An array that was made outside the forward pass is the receiver of an operation on a"
              + " traced array at "
              + site
              + ", so the operation cannot be seen",
          "Maybe write it the other way round, traced.operation(constant), make the array inside"
              + " forward from the manager of an input, or register it as a parameter.");
    }
    return new DriveDistillException(
        "A traced value leaves the tensor world through "
            + method.getName()
            + "("
            + Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", "))
            + ") at "
            + site
            + ": what the Java code does with it would be frozen into the exported network",
        "Maybe compute with NDArray operations only (where, clip, gather) instead of reading"
            + " numbers, or move this code outside the block.");
  }

  private TracedArray traced(NDArray array) {
    if (array instanceof TracedArray.Handle handle) {
      return handle.traced();
    }
    TracedArray known = arrays.get(array);
    if (known != null) {
      return known;
    }
    String weight = weightNamesByUid.get(array.getUid());
    Value symbol = weight == null ? null : newValue(array, new Value.Weight(weight, array));
    return wrap(array, symbol, new TracedArray.Storage());
  }

  private TracedArray wrap(NDArray real, Value symbol, TracedArray.Storage storage) {
    TracedArray traced = new TracedArray(this, real, symbol, storage);
    arrays.put(real, traced);
    return traced;
  }

  private Value newValue(NDArray array, Value.Source source) {
    return new Value(nextId++, array.getDataType(), array.getShape(), source);
  }

  private Value valueOf(TracedArray array) {
    if (array.seenVersion != array.storage.version) {
      throw new DriveDistillException(
          "An array of shape "
              + array.real.getShape()
              + " used at "
              + CallSite.here()
              + " was changed in place through another array that shares its memory",
          "Maybe use the operation that returns a new array (add instead of addi), or duplicate()"
              + " the array before changing it.");
    }
    if (array.symbol != null) {
      return array.symbol;
    }
    if (array.snapshot == null) {
      array.snapshot = newValue(array.real, new Value.Constant(copyOf(array.real)));
    }
    return array.snapshot;
  }

  private static ByteBuffer copyOf(NDArray array) {
    ByteBuffer data = array.toByteBuffer(false);
    ByteBuffer copy = ByteBuffer.allocate(data.remaining()).order(ByteOrder.nativeOrder());
    copy.put(data).flip();
    return copy;
  }

  private boolean isSymbolic(TracedArray array) {
    if (array.symbol == null && array.seenVersion != array.storage.version) {
      valueOf(array);
    }
    return array.symbol != null;
  }

  private boolean isSymbolic(Object[] arguments) {
    for (Object argument : arguments) {
      if (argument instanceof NDList list) {
        if (list.stream().anyMatch(array -> isSymbolic(traced(array)))) {
          return true;
        }
      } else if (argument instanceof NDArray array) {
        if (isSymbolic(traced(array))) {
          return true;
        }
      } else if (argument instanceof NDIndex index
          && IndexSwap.arraysOf(index).stream().anyMatch(array -> isSymbolic(traced(array)))) {
        return true;
      }
    }
    return false;
  }

  private Object plain(Object argument) {
    if (argument instanceof TracedArray.Handle handle) {
      return handle.traced().real;
    }
    if (argument instanceof ManagerHandle handle) {
      return handle.realManager();
    }
    if (argument instanceof NDList list) {
      NDList plain = new NDList();
      list.forEach(array -> plain.add((NDArray) plain(array)));
      return plain;
    }
    return argument;
  }

  private List<Object> describe(Object[] arguments) {
    List<Object> described = new ArrayList<>();
    for (Object argument : arguments) {
      if (!(argument instanceof NDManager)) {
        described.add(describe(argument));
      }
    }
    return described;
  }

  private Object describe(Object argument) {
    if (argument instanceof NDArray array) {
      return valueOf(traced(array));
    }
    if (argument instanceof NDList list) {
      return list.stream().map(this::describe).toList();
    }
    if (argument instanceof NDIndex index) {
      return IndexSwap.describe(index, array -> valueOf(traced(array)));
    }
    if (argument instanceof Shape shape) {
      return shape.getShape();
    }
    if (argument instanceof int[] values) {
      return Arrays.stream(values).asLongStream().toArray();
    }
    if (argument instanceof Object[] values) {
      return List.of(values);
    }
    if (argument == null
        || argument instanceof Number
        || argument instanceof Boolean
        || argument instanceof String
        || argument instanceof Enum<?>
        || argument instanceof long[]
        || argument instanceof float[]
        || argument instanceof DataType
        || argument instanceof ai.djl.ndarray.types.SparseFormat
        || argument instanceof Device) {
      return argument;
    }
    throw new DriveDistillException(
        "An operation takes an argument of type "
            + argument.getClass().getName()
            + " at "
            + CallSite.here()
            + ", which cannot be traced",
        "Maybe write the step with other NDArray operations.");
  }
}
