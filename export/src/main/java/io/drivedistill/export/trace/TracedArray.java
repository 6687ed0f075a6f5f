package io.drivedistill.export.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.internal.NDArrayEx;
import io.drivedistill.nn.ArrayObserver;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;

/**
 * Stands in for one array during a trace: computes with the real array and tells the recorder. A
 * default method of the interface that the engine does not replace runs on the stand-in, so that it
 * arrives here as the primitive operations it is made of.
 */
final class TracedArray implements InvocationHandler {
  /** Answered by the real array: they say nothing about its content. */
  private static final Set<String> METADATA =
      Set.of(
          "getShape",
          "getDataType",
          "getDevice",
          "getUid",
          "getName",
          "setName",
          "close",
          "attach",
          "detach",
          "tempAttach",
          "returnResource",
          "isReleased",
          "hasGradient",
          "setRequiresGradient",
          "size",
          "isScalar",
          "isEmpty",
          "getSparseFormat",
          "isSparse",
          "shapeEquals",
          "getResourceNDArrays",
          "hashCode");

  /** Implemented by every stand-in, so that it can be told from a real array. */
  interface Handle {
    TracedArray traced();
  }

  final Recorder recorder;
  final NDArray real;
  final NDArray standIn;
  private final NDArrayEx extension;

  /** Null while the content depends on neither inputs nor parameters. */
  Value symbol;

  /** The constant as it was last used, or null. */
  Value snapshot;

  /** Content of the memory that the snapshot shows. */
  long snapshotVersion;

  Storage storage;
  long seenVersion;

  /** Memory that several arrays may look into. */
  static final class Storage {
    /** Counts changes in place that are part of the network. */
    long version;

    /** The Java line that made the latest of these changes. */
    String changedAt = "";

    /** Counts changes in place of constant data. */
    long constantVersion;
  }

  TracedArray(Recorder recorder, NDArray real, Value symbol, Storage storage) {
    this.recorder = recorder;
    this.real = real;
    this.symbol = symbol;
    this.storage = storage;
    this.seenVersion = storage.version;
    ClassLoader loader = TracedArray.class.getClassLoader();
    this.standIn =
        (NDArray)
            Proxy.newProxyInstance(
                loader, new Class<?>[] {NDArray.class, Handle.class, ArrayObserver.class}, this);
    this.extension =
        (NDArrayEx)
            Proxy.newProxyInstance(
                loader,
                new Class<?>[] {NDArrayEx.class},
                (proxy, method, arguments) ->
                    invokeOn(real.getNDArrayInternal(), proxy, method, arguments));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    return invokeOn(real, proxy, method, arguments);
  }

  private Object invokeOn(Object target, Object proxy, Method method, Object[] arguments)
      throws Throwable {
    Object[] given = arguments == null ? new Object[0] : arguments;
    if (method.getDeclaringClass() == Handle.class) {
      return this;
    }
    if (method.getDeclaringClass() == ArrayObserver.class) {
      return recorder.observe(
          (String) given[0], (ArrayObserver.Computation) given[1], (NDArray[]) given[2]);
    }
    return switch (method.getName()) {
      case "getNDArrayInternal" -> extension;
      case "getArray" -> standIn;
      case "getManager" -> recorder.standInOf(real.getManager());
      case "equals" -> given[0] == standIn || sameContent(target, method, given);
      case "toString", "toDebugString" ->
          symbol == null
              ? Recorder.plainCall(target, method, given)
              : "traced " + real.getShape() + " " + real.getDataType();
      default -> operation(target, proxy, method, given);
    };
  }

  private boolean sameContent(Object target, Method method, Object[] given) throws Throwable {
    boolean traced = symbol != null;
    if (given[0] instanceof Handle other) {
      traced |= other.traced().symbol != null;
    }
    if (traced && given[0] instanceof NDArray) {
      throw Escape.through(method);
    }
    return !traced && (Boolean) Recorder.plainCall(target, method, given);
  }

  private Object operation(Object target, Object proxy, Method method, Object[] given)
      throws Throwable {
    if (METADATA.contains(method.getName())) {
      return Recorder.plainCall(target, method, given);
    }
    if (method.isDefault() && !isIndexing(method) && !isReplaced(target, method)) {
      return InvocationHandler.invokeDefault(proxy, method, given);
    }
    return recorder.call(this, target, method, given);
  }

  /** get and set by NDIndex are recorded whole: their default goes through an engine class. */
  private static boolean isIndexing(Method method) {
    Class<?>[] types = method.getParameterTypes();
    return types.length == 2
        && ((method.getName().equals("get")
                && types[0] == NDManager.class
                && types[1] == NDIndex.class)
            || ((method.getName().equals("set") || method.getName().equals("setScalar"))
                && types[0] == NDIndex.class
                && (types[1] == NDArray.class || types[1] == Number.class)));
  }

  private static boolean isReplaced(Object target, Method method) throws NoSuchMethodException {
    return !target
        .getClass()
        .getMethod(method.getName(), method.getParameterTypes())
        .getDeclaringClass()
        .isInterface();
  }
}
